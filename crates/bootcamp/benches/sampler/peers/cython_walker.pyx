# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""The whole walker in C's types, with numpy's generator."""
from cpython.pycapsule cimport PyCapsule_GetPointer
from libc.math cimport exp
from libc.stdint cimport uint32_t, uint64_t


# numpy's own declaration of it; copied so that numpy's headers are not needed.
cdef struct bitgen:
    void *state
    uint64_t (*next_uint64)(void *) noexcept nogil
    uint32_t (*next_uint32)(void *) noexcept nogil
    double (*next_double)(void *) noexcept nogil
    uint64_t (*next_raw)(void *) noexcept nogil


cdef inline double gaussian(double x, double y, double cx, double cy, double wx, double wy) noexcept nogil:
    cdef double a = (cx - x) / wx, b = (cy - y) / wy
    return exp(-(a * a + b * b) / 2)


cdef inline double complicated(double x, double y) noexcept nogil:
    return (gaussian(x, y, 0.5, 0.2, 0.15, 0.04) + gaussian(x, y, 0.7, 0.7, 0.05, 0.05)
            + gaussian(x, y, 0.3, 0.7, 0.05, 0.07))


def walk(generator, double[:, :, ::1] points):
    cdef bitgen *rng = <bitgen *> PyCapsule_GetPointer(generator.capsule, "BitGenerator")
    cdef double x = 0.5, y = 0.2, new_x, new_y, proposed, density = complicated(x, y)
    cdef Py_ssize_t step
    for step in range(points.shape[0]):
        new_x = x + 0.2 * rng.next_double(rng.state) - 0.1
        new_y = y + 0.2 * rng.next_double(rng.state) - 0.1
        proposed = complicated(new_x, new_y)
        if rng.next_double(rng.state) * density < proposed:
            x, y, density = new_x, new_y, proposed
        points[step, 0, 0] = x
        points[step, 0, 1] = y
