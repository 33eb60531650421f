//! The public key of a controller that encrypts.

use std::fmt;

use super::ConnectionError;

/// What a controller encrypts with by [CURVE](https://rfc.zeromq.org/spec/26/). Engines and
/// clients make keys of their own; the controller takes whoever knows this one.
#[derive(Clone)]
pub struct CurveKey([u8; 32]);

/// The digits of [Z85](https://rfc.zeromq.org/spec/32/).
const DIGITS: &[u8; 85] =
    b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

impl CurveKey {
    /// The `curve_serverkey` of a connection file, in Z85.
    ///
    /// # Errors
    /// If it is not one.
    ///
    /// ```
    /// use bootcamp_cluster::connection::CurveKey;
    ///
    /// // The example of RFC 26.
    /// let key = CurveKey::parse("Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID")?;
    /// assert_eq!(key.bytes()[..4], [0xbb, 0x88, 0x47, 0x1d]);
    /// assert!(CurveKey::parse("short").is_err());
    /// # Ok::<(), bootcamp_cluster::connection::ConnectionError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, ConnectionError> {
        let mut key = [0; 32];
        if text.len() != 40 {
            return Err(ConnectionError::Curve);
        }
        for (four, digits) in key.chunks_exact_mut(4).zip(text.as_bytes().chunks_exact(5)) {
            let number = digits.iter().try_fold(0_u32, |number, digit| {
                let value = DIGITS.iter().position(|known| known == digit)?;
                number.checked_mul(85)?.checked_add(value as u32)
            });
            four.copy_from_slice(&number.ok_or(ConnectionError::Curve)?.to_be_bytes());
        }
        Ok(Self(key))
    }

    /// The key itself.
    #[must_use]
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Whoever has the key runs code as you.
impl fmt::Debug for CurveKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("CurveKey(..)")
    }
}
