//! ISO 4217 alphabetic codes as three bytes. Which of them are money here, and with how many decimals, is the ledger's business.

use borsh::{BorshDeserialize, BorshSerialize};

/// An ISO 4217 alphabetic code: three capital letters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize)]
pub struct Currency([u8; 3]);

impl Currency {
    /// Reads exactly three capital letters; `None` otherwise.
    #[must_use]
    pub fn parse(text: &str) -> Option<Currency> {
        let code: [u8; 3] = text.as_bytes().try_into().ok()?;
        code.iter()
            .all(u8::is_ascii_uppercase)
            .then_some(Currency(code))
    }

    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("???")
    }

    /// Decimals of the minor unit in ISO 4217 for the currencies that a network may name; `None` for others.
    ///
    /// Source: ISO 4217 list one; kept short on purpose, a network adds what it settles.
    #[must_use]
    pub fn iso_decimals(&self) -> Option<u8> {
        match self.as_str() {
            "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => Some(3),
            "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF"
            | "UGX" | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => Some(0),
            "AED" | "AUD" | "BRL" | "CAD" | "CHF" | "CNY" | "CZK" | "DKK" | "EGP" | "EUR"
            | "GBP" | "HKD" | "HUF" | "IDR" | "ILS" | "INR" | "KES" | "KZT" | "MOP" | "MXN"
            | "MYR" | "NGN" | "NOK" | "NZD" | "PHP" | "PKR" | "PLN" | "QAR" | "RON" | "RUB"
            | "SAR" | "SEK" | "SGD" | "THB" | "TRY" | "TWD" | "USD" | "ZAR" => Some(2),
            _ => None,
        }
    }
}

impl BorshDeserialize for Currency {
    fn deserialize_reader<R: std::io::Read>(reader: &mut R) -> std::io::Result<Self> {
        let code = <[u8; 3]>::deserialize_reader(reader)?;
        if !code.iter().all(u8::is_ascii_uppercase) {
            return Err(std::io::Error::new(
                std::io::ErrorKind::InvalidData,
                "currency is not three capital letters",
            ));
        }
        Ok(Currency(code))
    }
}

impl std::fmt::Display for Currency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::fmt::Debug for Currency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
