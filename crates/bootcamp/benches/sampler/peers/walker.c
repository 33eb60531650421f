// The walker in C: one chain, xoshiro256++, every point kept.
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

static uint64_t state[4];

static inline uint64_t rotate(uint64_t word, int by) { return word << by | word >> (64 - by); }

static inline double uniform(void) {
    uint64_t result = rotate(state[0] + state[3], 23) + state[0], t = state[1] << 17;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= t;
    state[3] = rotate(state[3], 45);
    return (result >> 11) * 0x1p-53;
}

// Fills the state from a seed, as xoshiro's authors advise.
static void seed(uint64_t s) {
    for (int i = 0; i < 4; i++) {
        uint64_t z = s += 0x9e3779b97f4a7c15;
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
        z = (z ^ z >> 27) * 0x94d049bb133111eb;
        state[i] = z ^ z >> 31;
    }
}

static inline double gaussian(double x, double y, double cx, double cy, double wx, double wy) {
    double a = (cx - x) / wx, b = (cy - y) / wy;
    return exp(-(a * a + b * b) / 2);
}

static inline double complicated(double x, double y) {
    return gaussian(x, y, 0.5, 0.2, 0.15, 0.04) + gaussian(x, y, 0.7, 0.7, 0.05, 0.05) +
           gaussian(x, y, 0.3, 0.7, 0.05, 0.07);
}

// Gives how many proposals were accepted.
static long walk(double (*points)[2], long steps) {
    double x = 0.5, y = 0.2, density = complicated(x, y);
    long accepted = 0;
    for (long step = 0; step < steps; step++) {
        double new_x = x + 0.2 * uniform() - 0.1, new_y = y + 0.2 * uniform() - 0.1;
        double proposed = complicated(new_x, new_y);
        if (uniform() * density < proposed) {
            x = new_x, y = new_y, density = proposed;
            accepted++;
        }
        points[step][0] = x;
        points[step][1] = y;
    }
    return accepted;
}

static double user_time(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_utime.tv_sec + usage.ru_utime.tv_usec * 1e-6;
}

int main(int count, char **arguments) {
    if (count < 4) return 2;
    long steps = atol(arguments[1]), repeats = atol(arguments[2]), accepted = 0;
    seed(atol(arguments[3]));
    double(*points)[2] = malloc(steps * sizeof *points), sum[2] = {0, 0}, before = user_time();
    if (!points) return 1;
    for (long repeat = 0; repeat < repeats; repeat++) accepted = walk(points, steps);
    double seconds = user_time() - before;
    for (long step = 0; step < steps; step++) sum[0] += points[step][0], sum[1] += points[step][1];
    printf("{\"steps\": %ld, \"seconds\": %.6f, \"accepted\": %.6f, \"x\": %.6f, \"y\": %.6f}\n", steps * repeats,
           seconds, (double)accepted / steps, sum[0] / steps, sum[1] / steps);
}
