//! Vector registers of `f64`, one chain in each lane.

use std::arch::x86_64::{
    __m256d, __m512d, __mmask8, _CMP_LT_OQ, _mm_cvtsi32_si128, _mm256_add_epi64, _mm256_add_pd,
    _mm256_and_pd, _mm256_blendv_pd, _mm256_castpd_si256 as int256,
    _mm256_castsi256_pd as float256, _mm256_cmp_pd, _mm256_fmadd_pd, _mm256_loadu_pd,
    _mm256_max_pd, _mm256_min_epu32, _mm256_mul_pd, _mm256_or_pd, _mm256_set1_pd, _mm256_sll_epi64,
    _mm256_srl_epi64, _mm256_storeu_pd, _mm256_sub_pd, _mm256_xor_pd, _mm512_add_epi64,
    _mm512_add_pd, _mm512_and_si512, _mm512_castpd_si512 as int512,
    _mm512_castsi512_pd as float512, _mm512_cmp_pd_mask, _mm512_fmadd_pd, _mm512_loadu_pd,
    _mm512_mask_add_pd, _mm512_mask_blend_pd, _mm512_max_pd, _mm512_min_epu32, _mm512_mul_pd,
    _mm512_or_si512, _mm512_set1_pd, _mm512_sll_epi64, _mm512_srl_epi64, _mm512_storeu_pd,
    _mm512_sub_pd, _mm512_xor_si512,
};

/// What the kernel asks of a register; its bits count as whole numbers, too.
///
/// The methods are unsafe because the processor must have the instructions, and they
/// become single instructions only inside a function that enables them.
pub(super) trait Lanes: Copy {
    type Mask: Copy;
    const WIDTH: usize;

    unsafe fn splat(value: f64) -> Self;
    unsafe fn load(from: *const f64) -> Self;
    unsafe fn store(a: Self, to: *mut f64);
    unsafe fn add(a: Self, b: Self) -> Self;
    unsafe fn sub(a: Self, b: Self) -> Self;
    unsafe fn mul(a: Self, b: Self) -> Self;
    /// `a * b + c`, rounded once.
    unsafe fn mul_add(a: Self, b: Self, c: Self) -> Self;
    unsafe fn max(a: Self, b: Self) -> Self;
    unsafe fn less(a: Self, b: Self) -> Self::Mask;
    /// `yes` where the mask is set, else `no`.
    unsafe fn select(mask: Self::Mask, yes: Self, no: Self) -> Self;
    /// `a + b` where the mask is set, else `a`.
    unsafe fn add_where(a: Self, mask: Self::Mask, b: Self) -> Self;
    unsafe fn add_bits(a: Self, b: Self) -> Self;
    /// The smaller one of each 32 bits, as whole numbers of at least 0.
    unsafe fn min_bits(a: Self, b: Self) -> Self;
    unsafe fn and(a: Self, b: Self) -> Self;
    unsafe fn or(a: Self, b: Self) -> Self;
    unsafe fn xor(a: Self, b: Self) -> Self;
    unsafe fn shift_left(a: Self, by: i32) -> Self;
    unsafe fn shift_right(a: Self, by: i32) -> Self;
}

/// One expression for each method of [`Lanes`].
macro_rules! lanes {
    ($register:ident, $width:literal, $mask:ident, $(
        fn $name:ident($($argument:ident: $type:ty),*) $(-> $out:ty)? = $body:expr;
    )*) => {
        impl Lanes for $register {
            type Mask = $mask;
            const WIDTH: usize = $width;

            $(#[inline(always)]
            unsafe fn $name($($argument: $type),*) $(-> $out)? {
                // SAFETY: the caller knows that the processor has the instruction, and
                // that a pointer has a whole register behind it.
                unsafe { $body }
            })*
        }
    };
}

lanes! { __m256d, 4, __m256d,
    fn splat(value: f64) -> Self = _mm256_set1_pd(value);
    fn load(from: *const f64) -> Self = _mm256_loadu_pd(from);
    fn store(a: Self, to: *mut f64) = _mm256_storeu_pd(to, a);
    fn add(a: Self, b: Self) -> Self = _mm256_add_pd(a, b);
    fn sub(a: Self, b: Self) -> Self = _mm256_sub_pd(a, b);
    fn mul(a: Self, b: Self) -> Self = _mm256_mul_pd(a, b);
    fn mul_add(a: Self, b: Self, c: Self) -> Self = _mm256_fmadd_pd(a, b, c);
    fn max(a: Self, b: Self) -> Self = _mm256_max_pd(a, b);
    fn less(a: Self, b: Self) -> __m256d = _mm256_cmp_pd::<_CMP_LT_OQ>(a, b);
    fn select(mask: __m256d, yes: Self, no: Self) -> Self = _mm256_blendv_pd(no, yes, mask);
    fn add_where(a: Self, mask: __m256d, b: Self) -> Self = _mm256_add_pd(a, _mm256_and_pd(mask, b));
    fn and(a: Self, b: Self) -> Self = _mm256_and_pd(a, b);
    fn or(a: Self, b: Self) -> Self = _mm256_or_pd(a, b);
    fn xor(a: Self, b: Self) -> Self = _mm256_xor_pd(a, b);
    fn min_bits(a: Self, b: Self) -> Self = float256(_mm256_min_epu32(int256(a), int256(b)));
    fn add_bits(a: Self, b: Self) -> Self = float256(_mm256_add_epi64(int256(a), int256(b)));
    fn shift_left(a: Self, by: i32) -> Self = float256(_mm256_sll_epi64(int256(a), _mm_cvtsi32_si128(by)));
    fn shift_right(a: Self, by: i32) -> Self = float256(_mm256_srl_epi64(int256(a), _mm_cvtsi32_si128(by)));
}

lanes! { __m512d, 8, __mmask8,
    fn splat(value: f64) -> Self = _mm512_set1_pd(value);
    fn load(from: *const f64) -> Self = _mm512_loadu_pd(from);
    fn store(a: Self, to: *mut f64) = _mm512_storeu_pd(to, a);
    fn add(a: Self, b: Self) -> Self = _mm512_add_pd(a, b);
    fn sub(a: Self, b: Self) -> Self = _mm512_sub_pd(a, b);
    fn mul(a: Self, b: Self) -> Self = _mm512_mul_pd(a, b);
    fn mul_add(a: Self, b: Self, c: Self) -> Self = _mm512_fmadd_pd(a, b, c);
    fn max(a: Self, b: Self) -> Self = _mm512_max_pd(a, b);
    fn less(a: Self, b: Self) -> __mmask8 = _mm512_cmp_pd_mask::<_CMP_LT_OQ>(a, b);
    fn select(mask: __mmask8, yes: Self, no: Self) -> Self = _mm512_mask_blend_pd(mask, no, yes);
    fn add_where(a: Self, mask: __mmask8, b: Self) -> Self = _mm512_mask_add_pd(a, mask, a, b);
    fn and(a: Self, b: Self) -> Self = float512(_mm512_and_si512(int512(a), int512(b)));
    fn or(a: Self, b: Self) -> Self = float512(_mm512_or_si512(int512(a), int512(b)));
    fn xor(a: Self, b: Self) -> Self = float512(_mm512_xor_si512(int512(a), int512(b)));
    fn min_bits(a: Self, b: Self) -> Self = float512(_mm512_min_epu32(int512(a), int512(b)));
    fn add_bits(a: Self, b: Self) -> Self = float512(_mm512_add_epi64(int512(a), int512(b)));
    fn shift_left(a: Self, by: i32) -> Self = float512(_mm512_sll_epi64(int512(a), _mm_cvtsi32_si128(by)));
    fn shift_right(a: Self, by: i32) -> Self = float512(_mm512_srl_epi64(int512(a), _mm_cvtsi32_si128(by)));
}
