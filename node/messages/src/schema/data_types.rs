//! Data types as published: bounded texts, code lists, patterns, decimals, dates.
//!
//! Each static is one published simple type. `parties`, `remittance` and `messages` refer to them.

use super::{Content, Pattern};

pub(super) static MAX_3: Content = Content::Text { chars_max: 3 };
pub(super) static MAX_4: Content = Content::Text { chars_max: 4 };
pub(super) static MAX_5: Content = Content::Text { chars_max: 5 };
pub(super) static MAX_10: Content = Content::Text { chars_max: 10 };
pub(super) static MAX_16: Content = Content::Text { chars_max: 16 };
pub(super) static MAX_34: Content = Content::Text { chars_max: 34 };
pub(super) static MAX_35: Content = Content::Text { chars_max: 35 };
pub(super) static MAX_70: Content = Content::Text { chars_max: 70 };
pub(super) static MAX_128: Content = Content::Text { chars_max: 128 };
pub(super) static MAX_140: Content = Content::Text { chars_max: 140 };
pub(super) static MAX_350: Content = Content::Text { chars_max: 350 };
pub(super) static MAX_2048: Content = Content::Text { chars_max: 2048 };

pub(super) static AMOUNT: Content = Content::Amount;
pub(super) static NUMBER: Content = Content::Decimal {
    digits_max: 18,
    fraction_max: 0,
    signed: true,
};
pub(super) static RATE: Content = Content::Decimal {
    digits_max: 11,
    fraction_max: 10,
    signed: true,
};
pub(super) static DECIMAL_NUMBER: Content = Content::Decimal {
    digits_max: 18,
    fraction_max: 17,
    signed: true,
};
pub(super) static DATE: Content = Content::Date;
pub(super) static DATE_TIME: Content = Content::DateTime;
pub(super) static TIME: Content = Content::Time;
pub(super) static BOOLEAN: Content = Content::Boolean;
pub(super) static ANYTHING: Content = Content::Anything;

pub(super) static IBAN: Content = Content::Pattern(Pattern::Iban);
pub(super) static UETR: Content = Content::Pattern(Pattern::Uetr);
pub(super) static BIC: Content = Content::Pattern(Pattern::Bic);
pub(super) static LEI: Content = Content::Pattern(Pattern::Lei);
pub(super) static COUNTRY: Content = Content::Pattern(Pattern::Country);
pub(super) static CURRENCY: Content = Content::Pattern(Pattern::Currency);
pub(super) static NUMERIC_15: Content = Content::Pattern(Pattern::Numeric15);
pub(super) static PHONE_NUMBER: Content = Content::Pattern(Pattern::PhoneNumber);
pub(super) static EXACT_4_ALPHANUMERIC: Content = Content::Pattern(Pattern::Exact4Alphanumeric);

pub(super) static ADDRESS_TYPE_2_CODE: Content =
    Content::Code(&["ADDR", "PBOX", "HOME", "BIZZ", "MLTO", "DLVY"]);
pub(super) static AUTHORISATION_1_CODE: Content = Content::Code(&["AUTH", "FDET", "FSUM", "ILEV"]);
pub(super) static CHARGE_BEARER_TYPE_1_CODE: Content =
    Content::Code(&["DEBT", "CRED", "SHAR", "SLEV"]);
pub(super) static CHEQUE_DELIVERY_1_CODE: Content = Content::Code(&[
    "MLDB", "MLCD", "MLFA", "CRDB", "CRCD", "CRFA", "PUDB", "PUCD", "PUFA", "RGDB", "RGCD", "RGFA",
]);
pub(super) static CHEQUE_TYPE_2_CODE: Content =
    Content::Code(&["CCHQ", "CCCH", "BCHQ", "DRFT", "ELDR"]);
pub(super) static CLEARING_CHANNEL_2_CODE: Content =
    Content::Code(&["RTGS", "RTNS", "MPNS", "BOOK"]);
pub(super) static CREDIT_DEBIT_CODE: Content = Content::Code(&["CRDT", "DBIT"]);
pub(super) static DOCUMENT_TYPE_3_CODE: Content =
    Content::Code(&["RADM", "RPIN", "FXDR", "DISP", "PUOR", "SCOR"]);
pub(super) static DOCUMENT_TYPE_6_CODE: Content = Content::Code(&[
    "MSIN", "CNFA", "DNFA", "CINV", "CREN", "DEBN", "HIRI", "SBIN", "CMCN", "SOAC", "DISP", "BOLD",
    "VCHR", "AROI", "TSUT", "PUOR",
]);
pub(super) static EXCHANGE_RATE_TYPE_1_CODE: Content = Content::Code(&["SPOT", "SALE", "AGRD"]);
pub(super) static INSTRUCTION_3_CODE: Content = Content::Code(&["CHQB", "HOLD", "PHOB", "TELB"]);
pub(super) static INSTRUCTION_4_CODE: Content = Content::Code(&["PHOA", "TELA"]);
pub(super) static INSTRUCTION_5_CODE: Content = Content::Code(&["PHOB", "TELB"]);
pub(super) static NAME_PREFIX_2_CODE: Content =
    Content::Code(&["DOCT", "MADM", "MISS", "MIST", "MIKS"]);
pub(super) static PAYMENT_METHOD_3_CODE: Content = Content::Code(&["CHK", "TRF", "TRA"]);
pub(super) static PREFERRED_CONTACT_METHOD_1_CODE: Content =
    Content::Code(&["LETT", "MAIL", "PHON", "FAXX", "CELL"]);
pub(super) static PRIORITY_2_CODE: Content = Content::Code(&["HIGH", "NORM"]);
pub(super) static PRIORITY_3_CODE: Content = Content::Code(&["URGT", "HIGH", "NORM"]);
pub(super) static REGULATORY_REPORTING_TYPE_1_CODE: Content =
    Content::Code(&["CRED", "DEBT", "BOTH"]);
pub(super) static REMITTANCE_LOCATION_METHOD_2_CODE: Content =
    Content::Code(&["FAXI", "EDIC", "URID", "EMAL", "POST", "SMSM"]);
pub(super) static SETTLEMENT_METHOD_1_CODE: Content =
    Content::Code(&["INDA", "INGA", "COVE", "CLRG"]);
pub(super) static TAX_RECORD_PERIOD_1_CODE: Content = Content::Code(&[
    "MM01", "MM02", "MM03", "MM04", "MM05", "MM06", "MM07", "MM08", "MM09", "MM10", "MM11", "MM12",
    "QTR1", "QTR2", "QTR3", "QTR4", "HLF1", "HLF2",
]);
