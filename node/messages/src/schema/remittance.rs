//! Remittance, referred documents, tax and garnishment: the parts of a payment that say what it pays.
//!
//! Names, order and cardinality are those of the published ISO 20022 structures; one static per published type.

use super::data_types::{
    AMOUNT, AUTHORISATION_1_CODE, BOOLEAN, CREDIT_DEBIT_CODE, DATE, DOCUMENT_TYPE_3_CODE,
    DOCUMENT_TYPE_6_CODE, MAX_4, MAX_35, MAX_128, MAX_140, MAX_2048, NUMBER, RATE,
    REMITTANCE_LOCATION_METHOD_2_CODE, TAX_RECORD_PERIOD_1_CODE,
};
use super::parties::{PARTY_IDENTIFICATION_135, POSTAL_ADDRESS_24};
use super::{Content, any_number, maybe, one, up_to};

pub(super) static AUTHORISATION_1_CHOICE: Content =
    Content::Choice(&[one("Cd", &AUTHORISATION_1_CODE), one("Prtry", &MAX_128)]);

pub(super) static CREDITOR_REFERENCE_INFORMATION_2: Content = Content::Sequence(&[
    maybe("Tp", &CREDITOR_REFERENCE_TYPE_2),
    maybe("Ref", &MAX_35),
]);

pub(super) static CREDITOR_REFERENCE_TYPE_1_CHOICE: Content =
    Content::Choice(&[one("Cd", &DOCUMENT_TYPE_3_CODE), one("Prtry", &MAX_35)]);

pub(super) static CREDITOR_REFERENCE_TYPE_2: Content = Content::Sequence(&[
    one("CdOrPrtry", &CREDITOR_REFERENCE_TYPE_1_CHOICE),
    maybe("Issr", &MAX_35),
]);

pub(super) static DATE_PERIOD_2: Content =
    Content::Sequence(&[one("FrDt", &DATE), one("ToDt", &DATE)]);

pub(super) static DISCOUNT_AMOUNT_AND_TYPE_1: Content = Content::Sequence(&[
    maybe("Tp", &DISCOUNT_AMOUNT_TYPE_1_CHOICE),
    one("Amt", &AMOUNT),
]);

pub(super) static DISCOUNT_AMOUNT_TYPE_1_CHOICE: Content =
    Content::Choice(&[one("Cd", &MAX_4), one("Prtry", &MAX_35)]);

pub(super) static DOCUMENT_ADJUSTMENT_1: Content = Content::Sequence(&[
    one("Amt", &AMOUNT),
    maybe("CdtDbtInd", &CREDIT_DEBIT_CODE),
    maybe("Rsn", &MAX_4),
    maybe("AddtlInf", &MAX_140),
]);

pub(super) static DOCUMENT_LINE_IDENTIFICATION_1: Content = Content::Sequence(&[
    maybe("Tp", &DOCUMENT_LINE_TYPE_1),
    maybe("Nb", &MAX_35),
    maybe("RltdDt", &DATE),
]);

pub(super) static DOCUMENT_LINE_INFORMATION_1: Content = Content::Sequence(&[
    any_number("Id", 1, &DOCUMENT_LINE_IDENTIFICATION_1),
    maybe("Desc", &MAX_2048),
    maybe("Amt", &REMITTANCE_AMOUNT_3),
]);

pub(super) static DOCUMENT_LINE_TYPE_1: Content = Content::Sequence(&[
    one("CdOrPrtry", &DOCUMENT_LINE_TYPE_1_CHOICE),
    maybe("Issr", &MAX_35),
]);

pub(super) static DOCUMENT_LINE_TYPE_1_CHOICE: Content =
    Content::Choice(&[one("Cd", &MAX_4), one("Prtry", &MAX_35)]);

pub(super) static GARNISHMENT_3: Content = Content::Sequence(&[
    one("Tp", &GARNISHMENT_TYPE_1),
    maybe("Grnshee", &PARTY_IDENTIFICATION_135),
    maybe("GrnshmtAdmstr", &PARTY_IDENTIFICATION_135),
    maybe("RefNb", &MAX_140),
    maybe("Dt", &DATE),
    maybe("RmtdAmt", &AMOUNT),
    maybe("FmlyMdclInsrncInd", &BOOLEAN),
    maybe("MplyeeTermntnInd", &BOOLEAN),
]);

pub(super) static GARNISHMENT_TYPE_1: Content = Content::Sequence(&[
    one("CdOrPrtry", &GARNISHMENT_TYPE_1_CHOICE),
    maybe("Issr", &MAX_35),
]);

pub(super) static GARNISHMENT_TYPE_1_CHOICE: Content =
    Content::Choice(&[one("Cd", &MAX_4), one("Prtry", &MAX_35)]);

pub(super) static NAME_AND_ADDRESS_16: Content =
    Content::Sequence(&[one("Nm", &MAX_140), one("Adr", &POSTAL_ADDRESS_24)]);

pub(super) static REFERRED_DOCUMENT_INFORMATION_7: Content = Content::Sequence(&[
    maybe("Tp", &REFERRED_DOCUMENT_TYPE_4),
    maybe("Nb", &MAX_35),
    maybe("RltdDt", &DATE),
    any_number("LineDtls", 0, &DOCUMENT_LINE_INFORMATION_1),
]);

pub(super) static REFERRED_DOCUMENT_TYPE_3_CHOICE: Content =
    Content::Choice(&[one("Cd", &DOCUMENT_TYPE_6_CODE), one("Prtry", &MAX_35)]);

pub(super) static REFERRED_DOCUMENT_TYPE_4: Content = Content::Sequence(&[
    one("CdOrPrtry", &REFERRED_DOCUMENT_TYPE_3_CHOICE),
    maybe("Issr", &MAX_35),
]);

pub(super) static REMITTANCE_AMOUNT_2: Content = Content::Sequence(&[
    maybe("DuePyblAmt", &AMOUNT),
    any_number("DscntApldAmt", 0, &DISCOUNT_AMOUNT_AND_TYPE_1),
    maybe("CdtNoteAmt", &AMOUNT),
    any_number("TaxAmt", 0, &TAX_AMOUNT_AND_TYPE_1),
    any_number("AdjstmntAmtAndRsn", 0, &DOCUMENT_ADJUSTMENT_1),
    maybe("RmtdAmt", &AMOUNT),
]);

pub(super) static REMITTANCE_AMOUNT_3: Content = Content::Sequence(&[
    maybe("DuePyblAmt", &AMOUNT),
    any_number("DscntApldAmt", 0, &DISCOUNT_AMOUNT_AND_TYPE_1),
    maybe("CdtNoteAmt", &AMOUNT),
    any_number("TaxAmt", 0, &TAX_AMOUNT_AND_TYPE_1),
    any_number("AdjstmntAmtAndRsn", 0, &DOCUMENT_ADJUSTMENT_1),
    maybe("RmtdAmt", &AMOUNT),
]);

pub(super) static REMITTANCE_INFORMATION_16: Content = Content::Sequence(&[
    any_number("Ustrd", 0, &MAX_140),
    any_number("Strd", 0, &STRUCTURED_REMITTANCE_INFORMATION_16),
]);

pub(super) static REMITTANCE_INFORMATION_2: Content =
    Content::Sequence(&[any_number("Ustrd", 0, &MAX_140)]);

pub(super) static REMITTANCE_LOCATION_7: Content = Content::Sequence(&[
    maybe("RmtId", &MAX_35),
    any_number("RmtLctnDtls", 0, &REMITTANCE_LOCATION_DATA_1),
]);

pub(super) static REMITTANCE_LOCATION_DATA_1: Content = Content::Sequence(&[
    one("Mtd", &REMITTANCE_LOCATION_METHOD_2_CODE),
    maybe("ElctrncAdr", &MAX_2048),
    maybe("PstlAdr", &NAME_AND_ADDRESS_16),
]);

pub(super) static STRUCTURED_REMITTANCE_INFORMATION_16: Content = Content::Sequence(&[
    any_number("RfrdDocInf", 0, &REFERRED_DOCUMENT_INFORMATION_7),
    maybe("RfrdDocAmt", &REMITTANCE_AMOUNT_2),
    maybe("CdtrRefInf", &CREDITOR_REFERENCE_INFORMATION_2),
    maybe("Invcr", &PARTY_IDENTIFICATION_135),
    maybe("Invcee", &PARTY_IDENTIFICATION_135),
    maybe("TaxRmt", &TAX_INFORMATION_7),
    maybe("GrnshmtRmt", &GARNISHMENT_3),
    up_to("AddtlRmtInf", 0, 3, &MAX_140),
]);

pub(super) static TAX_AMOUNT_2: Content = Content::Sequence(&[
    maybe("Rate", &RATE),
    maybe("TaxblBaseAmt", &AMOUNT),
    maybe("TtlAmt", &AMOUNT),
    any_number("Dtls", 0, &TAX_RECORD_DETAILS_2),
]);

pub(super) static TAX_AMOUNT_AND_TYPE_1: Content =
    Content::Sequence(&[maybe("Tp", &TAX_AMOUNT_TYPE_1_CHOICE), one("Amt", &AMOUNT)]);

pub(super) static TAX_AMOUNT_TYPE_1_CHOICE: Content =
    Content::Choice(&[one("Cd", &MAX_4), one("Prtry", &MAX_35)]);

pub(super) static TAX_AUTHORISATION_1: Content =
    Content::Sequence(&[maybe("Titl", &MAX_35), maybe("Nm", &MAX_140)]);

pub(super) static TAX_INFORMATION_7: Content = Content::Sequence(&[
    maybe("Cdtr", &TAX_PARTY_1),
    maybe("Dbtr", &TAX_PARTY_2),
    maybe("UltmtDbtr", &TAX_PARTY_2),
    maybe("AdmstnZone", &MAX_35),
    maybe("RefNb", &MAX_140),
    maybe("Mtd", &MAX_35),
    maybe("TtlTaxblBaseAmt", &AMOUNT),
    maybe("TtlTaxAmt", &AMOUNT),
    maybe("Dt", &DATE),
    maybe("SeqNb", &NUMBER),
    any_number("Rcrd", 0, &TAX_RECORD_2),
]);

pub(super) static TAX_INFORMATION_8: Content = Content::Sequence(&[
    maybe("Cdtr", &TAX_PARTY_1),
    maybe("Dbtr", &TAX_PARTY_2),
    maybe("AdmstnZone", &MAX_35),
    maybe("RefNb", &MAX_140),
    maybe("Mtd", &MAX_35),
    maybe("TtlTaxblBaseAmt", &AMOUNT),
    maybe("TtlTaxAmt", &AMOUNT),
    maybe("Dt", &DATE),
    maybe("SeqNb", &NUMBER),
    any_number("Rcrd", 0, &TAX_RECORD_2),
]);

pub(super) static TAX_PARTY_1: Content = Content::Sequence(&[
    maybe("TaxId", &MAX_35),
    maybe("RegnId", &MAX_35),
    maybe("TaxTp", &MAX_35),
]);

pub(super) static TAX_PARTY_2: Content = Content::Sequence(&[
    maybe("TaxId", &MAX_35),
    maybe("RegnId", &MAX_35),
    maybe("TaxTp", &MAX_35),
    maybe("Authstn", &TAX_AUTHORISATION_1),
]);

pub(super) static TAX_PERIOD_2: Content = Content::Sequence(&[
    maybe("Yr", &DATE),
    maybe("Tp", &TAX_RECORD_PERIOD_1_CODE),
    maybe("FrToDt", &DATE_PERIOD_2),
]);

pub(super) static TAX_RECORD_2: Content = Content::Sequence(&[
    maybe("Tp", &MAX_35),
    maybe("Ctgy", &MAX_35),
    maybe("CtgyDtls", &MAX_35),
    maybe("DbtrSts", &MAX_35),
    maybe("CertId", &MAX_35),
    maybe("FrmsCd", &MAX_35),
    maybe("Prd", &TAX_PERIOD_2),
    maybe("TaxAmt", &TAX_AMOUNT_2),
    maybe("AddtlInf", &MAX_140),
]);

pub(super) static TAX_RECORD_DETAILS_2: Content =
    Content::Sequence(&[maybe("Prd", &TAX_PERIOD_2), one("Amt", &AMOUNT)]);
