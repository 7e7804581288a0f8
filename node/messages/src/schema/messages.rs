//! The three supported messages, their group headers, transactions and instructions; one static per published type.
//!
//! Names, order and cardinality are those of the published ISO 20022 structures.

use super::data_types::{
    AMOUNT, ANYTHING, BOOLEAN, CHARGE_BEARER_TYPE_1_CODE, CHEQUE_DELIVERY_1_CODE,
    CHEQUE_TYPE_2_CODE, CLEARING_CHANNEL_2_CODE, COUNTRY, CURRENCY, DATE, DATE_TIME,
    DECIMAL_NUMBER, EXCHANGE_RATE_TYPE_1_CODE, INSTRUCTION_3_CODE, INSTRUCTION_4_CODE,
    INSTRUCTION_5_CODE, MAX_3, MAX_4, MAX_10, MAX_35, MAX_70, MAX_140, MAX_350, NUMERIC_15,
    PAYMENT_METHOD_3_CODE, PRIORITY_2_CODE, PRIORITY_3_CODE, RATE,
    REGULATORY_REPORTING_TYPE_1_CODE, SETTLEMENT_METHOD_1_CODE, TIME, UETR,
};
use super::parties::{
    BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6, CASH_ACCOUNT_38, PARTY_IDENTIFICATION_135,
};
use super::remittance::{
    AUTHORISATION_1_CHOICE, NAME_AND_ADDRESS_16, REMITTANCE_INFORMATION_2,
    REMITTANCE_INFORMATION_16, REMITTANCE_LOCATION_7, TAX_INFORMATION_8,
};
use super::{Content, any_number, maybe, one, up_to};

pub(super) static AMOUNT_TYPE_4_CHOICE: Content = Content::Choice(&[
    one("InstdAmt", &AMOUNT),
    one("EqvtAmt", &EQUIVALENT_AMOUNT_2),
]);

pub(super) static CATEGORY_PURPOSE_1_CHOICE: Content =
    Content::Choice(&[one("Cd", &MAX_4), one("Prtry", &MAX_35)]);

pub(super) static CHARGES_7: Content = Content::Sequence(&[
    one("Amt", &AMOUNT),
    one("Agt", &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6),
]);

pub(super) static CHEQUE_11: Content = Content::Sequence(&[
    maybe("ChqTp", &CHEQUE_TYPE_2_CODE),
    maybe("ChqNb", &MAX_35),
    maybe("ChqFr", &NAME_AND_ADDRESS_16),
    maybe("DlvryMtd", &CHEQUE_DELIVERY_METHOD_1_CHOICE),
    maybe("DlvrTo", &NAME_AND_ADDRESS_16),
    maybe("InstrPrty", &PRIORITY_2_CODE),
    maybe("ChqMtrtyDt", &DATE),
    maybe("FrmsCd", &MAX_35),
    up_to("MemoFld", 0, 2, &MAX_35),
    maybe("RgnlClrZone", &MAX_35),
    maybe("PrtLctn", &MAX_35),
    up_to("Sgntr", 0, 5, &MAX_70),
]);

pub(super) static CHEQUE_DELIVERY_METHOD_1_CHOICE: Content =
    Content::Choice(&[one("Cd", &CHEQUE_DELIVERY_1_CODE), one("Prtry", &MAX_35)]);

pub(super) static CLEARING_SYSTEM_IDENTIFICATION_3_CHOICE: Content =
    Content::Choice(&[one("Cd", &MAX_3), one("Prtry", &MAX_35)]);

pub(super) static CREDIT_TRANSFER_TRANSACTION_34: Content = Content::Sequence(&[
    one("PmtId", &PAYMENT_IDENTIFICATION_6),
    maybe("PmtTpInf", &PAYMENT_TYPE_INFORMATION_26),
    one("Amt", &AMOUNT_TYPE_4_CHOICE),
    maybe("XchgRateInf", &EXCHANGE_RATE_1),
    maybe("ChrgBr", &CHARGE_BEARER_TYPE_1_CODE),
    maybe("ChqInstr", &CHEQUE_11),
    maybe("UltmtDbtr", &PARTY_IDENTIFICATION_135),
    maybe(
        "IntrmyAgt1",
        &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6,
    ),
    maybe("IntrmyAgt1Acct", &CASH_ACCOUNT_38),
    maybe(
        "IntrmyAgt2",
        &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6,
    ),
    maybe("IntrmyAgt2Acct", &CASH_ACCOUNT_38),
    maybe(
        "IntrmyAgt3",
        &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6,
    ),
    maybe("IntrmyAgt3Acct", &CASH_ACCOUNT_38),
    maybe(
        "CdtrAgt",
        &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6,
    ),
    maybe("CdtrAgtAcct", &CASH_ACCOUNT_38),
    maybe("Cdtr", &PARTY_IDENTIFICATION_135),
    maybe("CdtrAcct", &CASH_ACCOUNT_38),
    maybe("UltmtCdtr", &PARTY_IDENTIFICATION_135),
    any_number("InstrForCdtrAgt", 0, &INSTRUCTION_FOR_CREDITOR_AGENT_1),
    maybe("InstrForDbtrAgt", &MAX_140),
    maybe("Purp", &PURPOSE_2_CHOICE),
    up_to("RgltryRptg", 0, 10, &REGULATORY_REPORTING_3),
    maybe("Tax", &TAX_INFORMATION_8),
    up_to("RltdRmtInf", 0, 10, &REMITTANCE_LOCATION_7),
    maybe("RmtInf", &REMITTANCE_INFORMATION_16),
    any_number("SplmtryData", 0, &SUPPLEMENTARY_DATA_1),
]);

pub(super) static CREDIT_TRANSFER_TRANSACTION_36: Content = Content::Sequence(&[
    one("PmtId", &PAYMENT_IDENTIFICATION_7),
    maybe("PmtTpInf", &PAYMENT_TYPE_INFORMATION_28),
    one("IntrBkSttlmAmt", &AMOUNT),
    maybe("IntrBkSttlmDt", &DATE),
    maybe("SttlmPrty", &PRIORITY_3_CODE),
    maybe("SttlmTmIndctn", &SETTLEMENT_DATE_TIME_INDICATION_1),
    maybe("SttlmTmReq", &SETTLEMENT_TIME_REQUEST_2),
    maybe(
        "PrvsInstgAgt1",
        &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6,
    ),
    maybe("PrvsInstgAgt1Acct", &CASH_ACCOUNT_38),
    maybe(
        "PrvsInstgAgt2",
        &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6,
    ),
    maybe("PrvsInstgAgt2Acct", &CASH_ACCOUNT_38),
    maybe(
        "PrvsInstgAgt3",
        &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6,
    ),
    maybe("PrvsInstgAgt3Acct", &CASH_ACCOUNT_38),
    maybe(
        "InstgAgt",
        &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6,
    ),
    maybe(
        "InstdAgt",
        &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6,
    ),
    maybe(
        "IntrmyAgt1",
        &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6,
    ),
    maybe("IntrmyAgt1Acct", &CASH_ACCOUNT_38),
    maybe(
        "IntrmyAgt2",
        &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6,
    ),
    maybe("IntrmyAgt2Acct", &CASH_ACCOUNT_38),
    maybe(
        "IntrmyAgt3",
        &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6,
    ),
    maybe("IntrmyAgt3Acct", &CASH_ACCOUNT_38),
    maybe(
        "UltmtDbtr",
        &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6,
    ),
    one("Dbtr", &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6),
    maybe("DbtrAcct", &CASH_ACCOUNT_38),
    maybe(
        "DbtrAgt",
        &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6,
    ),
    maybe("DbtrAgtAcct", &CASH_ACCOUNT_38),
    maybe(
        "CdtrAgt",
        &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6,
    ),
    maybe("CdtrAgtAcct", &CASH_ACCOUNT_38),
    one("Cdtr", &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6),
    maybe("CdtrAcct", &CASH_ACCOUNT_38),
    maybe(
        "UltmtCdtr",
        &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6,
    ),
    any_number("InstrForCdtrAgt", 0, &INSTRUCTION_FOR_CREDITOR_AGENT_2),
    any_number("InstrForNxtAgt", 0, &INSTRUCTION_FOR_NEXT_AGENT_1),
    maybe("Purp", &PURPOSE_2_CHOICE),
    maybe("RmtInf", &REMITTANCE_INFORMATION_2),
    maybe("UndrlygCstmrCdtTrf", &CREDIT_TRANSFER_TRANSACTION_37),
    any_number("SplmtryData", 0, &SUPPLEMENTARY_DATA_1),
]);

pub(super) static CREDIT_TRANSFER_TRANSACTION_37: Content = Content::Sequence(&[
    maybe("UltmtDbtr", &PARTY_IDENTIFICATION_135),
    maybe("InitgPty", &PARTY_IDENTIFICATION_135),
    one("Dbtr", &PARTY_IDENTIFICATION_135),
    maybe("DbtrAcct", &CASH_ACCOUNT_38),
    one(
        "DbtrAgt",
        &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6,
    ),
    maybe("DbtrAgtAcct", &CASH_ACCOUNT_38),
    maybe(
        "PrvsInstgAgt1",
        &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6,
    ),
    maybe("PrvsInstgAgt1Acct", &CASH_ACCOUNT_38),
    maybe(
        "PrvsInstgAgt2",
        &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6,
    ),
    maybe("PrvsInstgAgt2Acct", &CASH_ACCOUNT_38),
    maybe(
        "PrvsInstgAgt3",
        &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6,
    ),
    maybe("PrvsInstgAgt3Acct", &CASH_ACCOUNT_38),
    maybe(
        "IntrmyAgt1",
        &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6,
    ),
    maybe("IntrmyAgt1Acct", &CASH_ACCOUNT_38),
    maybe(
        "IntrmyAgt2",
        &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6,
    ),
    maybe("IntrmyAgt2Acct", &CASH_ACCOUNT_38),
    maybe(
        "IntrmyAgt3",
        &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6,
    ),
    maybe("IntrmyAgt3Acct", &CASH_ACCOUNT_38),
    one(
        "CdtrAgt",
        &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6,
    ),
    maybe("CdtrAgtAcct", &CASH_ACCOUNT_38),
    one("Cdtr", &PARTY_IDENTIFICATION_135),
    maybe("CdtrAcct", &CASH_ACCOUNT_38),
    maybe("UltmtCdtr", &PARTY_IDENTIFICATION_135),
    any_number("InstrForCdtrAgt", 0, &INSTRUCTION_FOR_CREDITOR_AGENT_1),
    any_number("InstrForNxtAgt", 0, &INSTRUCTION_FOR_NEXT_AGENT_1),
    maybe("Tax", &TAX_INFORMATION_8),
    maybe("RmtInf", &REMITTANCE_INFORMATION_16),
    maybe("InstdAmt", &AMOUNT),
]);

pub(super) static CREDIT_TRANSFER_TRANSACTION_39: Content = Content::Sequence(&[
    one("PmtId", &PAYMENT_IDENTIFICATION_7),
    maybe("PmtTpInf", &PAYMENT_TYPE_INFORMATION_28),
    one("IntrBkSttlmAmt", &AMOUNT),
    maybe("IntrBkSttlmDt", &DATE),
    maybe("SttlmPrty", &PRIORITY_3_CODE),
    maybe("SttlmTmIndctn", &SETTLEMENT_DATE_TIME_INDICATION_1),
    maybe("SttlmTmReq", &SETTLEMENT_TIME_REQUEST_2),
    maybe("AccptncDtTm", &DATE_TIME),
    maybe("PoolgAdjstmntDt", &DATE),
    maybe("InstdAmt", &AMOUNT),
    maybe("XchgRate", &RATE),
    one("ChrgBr", &CHARGE_BEARER_TYPE_1_CODE),
    any_number("ChrgsInf", 0, &CHARGES_7),
    maybe(
        "PrvsInstgAgt1",
        &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6,
    ),
    maybe("PrvsInstgAgt1Acct", &CASH_ACCOUNT_38),
    maybe(
        "PrvsInstgAgt2",
        &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6,
    ),
    maybe("PrvsInstgAgt2Acct", &CASH_ACCOUNT_38),
    maybe(
        "PrvsInstgAgt3",
        &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6,
    ),
    maybe("PrvsInstgAgt3Acct", &CASH_ACCOUNT_38),
    maybe(
        "InstgAgt",
        &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6,
    ),
    maybe(
        "InstdAgt",
        &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6,
    ),
    maybe(
        "IntrmyAgt1",
        &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6,
    ),
    maybe("IntrmyAgt1Acct", &CASH_ACCOUNT_38),
    maybe(
        "IntrmyAgt2",
        &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6,
    ),
    maybe("IntrmyAgt2Acct", &CASH_ACCOUNT_38),
    maybe(
        "IntrmyAgt3",
        &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6,
    ),
    maybe("IntrmyAgt3Acct", &CASH_ACCOUNT_38),
    maybe("UltmtDbtr", &PARTY_IDENTIFICATION_135),
    maybe("InitgPty", &PARTY_IDENTIFICATION_135),
    one("Dbtr", &PARTY_IDENTIFICATION_135),
    maybe("DbtrAcct", &CASH_ACCOUNT_38),
    one(
        "DbtrAgt",
        &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6,
    ),
    maybe("DbtrAgtAcct", &CASH_ACCOUNT_38),
    one(
        "CdtrAgt",
        &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6,
    ),
    maybe("CdtrAgtAcct", &CASH_ACCOUNT_38),
    one("Cdtr", &PARTY_IDENTIFICATION_135),
    maybe("CdtrAcct", &CASH_ACCOUNT_38),
    maybe("UltmtCdtr", &PARTY_IDENTIFICATION_135),
    any_number("InstrForCdtrAgt", 0, &INSTRUCTION_FOR_CREDITOR_AGENT_1),
    any_number("InstrForNxtAgt", 0, &INSTRUCTION_FOR_NEXT_AGENT_1),
    maybe("Purp", &PURPOSE_2_CHOICE),
    up_to("RgltryRptg", 0, 10, &REGULATORY_REPORTING_3),
    maybe("Tax", &TAX_INFORMATION_8),
    up_to("RltdRmtInf", 0, 10, &REMITTANCE_LOCATION_7),
    maybe("RmtInf", &REMITTANCE_INFORMATION_16),
    any_number("SplmtryData", 0, &SUPPLEMENTARY_DATA_1),
]);

pub(super) static CUSTOMER_CREDIT_TRANSFER_INITIATION_V09: Content = Content::Sequence(&[
    one("GrpHdr", &GROUP_HEADER_85),
    any_number("PmtInf", 1, &PAYMENT_INSTRUCTION_30),
    any_number("SplmtryData", 0, &SUPPLEMENTARY_DATA_1),
]);

pub(super) static DATE_AND_DATE_TIME_2_CHOICE: Content =
    Content::Choice(&[one("Dt", &DATE), one("DtTm", &DATE_TIME)]);

pub(super) static EQUIVALENT_AMOUNT_2: Content =
    Content::Sequence(&[one("Amt", &AMOUNT), one("CcyOfTrf", &CURRENCY)]);

pub(super) static EXCHANGE_RATE_1: Content = Content::Sequence(&[
    maybe("UnitCcy", &CURRENCY),
    maybe("XchgRate", &RATE),
    maybe("RateTp", &EXCHANGE_RATE_TYPE_1_CODE),
    maybe("CtrctId", &MAX_35),
]);

pub(super) static FINANCIAL_INSTITUTION_CREDIT_TRANSFER_V08: Content = Content::Sequence(&[
    one("GrpHdr", &GROUP_HEADER_93),
    any_number("CdtTrfTxInf", 1, &CREDIT_TRANSFER_TRANSACTION_36),
    any_number("SplmtryData", 0, &SUPPLEMENTARY_DATA_1),
]);

pub(super) static FI_TO_FI_CUSTOMER_CREDIT_TRANSFER_V08: Content = Content::Sequence(&[
    one("GrpHdr", &GROUP_HEADER_93),
    any_number("CdtTrfTxInf", 1, &CREDIT_TRANSFER_TRANSACTION_39),
    any_number("SplmtryData", 0, &SUPPLEMENTARY_DATA_1),
]);

pub(super) static GROUP_HEADER_85: Content = Content::Sequence(&[
    one("MsgId", &MAX_35),
    one("CreDtTm", &DATE_TIME),
    up_to("Authstn", 0, 2, &AUTHORISATION_1_CHOICE),
    one("NbOfTxs", &NUMERIC_15),
    maybe("CtrlSum", &DECIMAL_NUMBER),
    one("InitgPty", &PARTY_IDENTIFICATION_135),
    maybe(
        "FwdgAgt",
        &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6,
    ),
]);

pub(super) static GROUP_HEADER_93: Content = Content::Sequence(&[
    one("MsgId", &MAX_35),
    one("CreDtTm", &DATE_TIME),
    maybe("BtchBookg", &BOOLEAN),
    one("NbOfTxs", &NUMERIC_15),
    maybe("CtrlSum", &DECIMAL_NUMBER),
    maybe("TtlIntrBkSttlmAmt", &AMOUNT),
    maybe("IntrBkSttlmDt", &DATE),
    one("SttlmInf", &SETTLEMENT_INSTRUCTION_7),
    maybe("PmtTpInf", &PAYMENT_TYPE_INFORMATION_28),
    maybe(
        "InstgAgt",
        &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6,
    ),
    maybe(
        "InstdAgt",
        &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6,
    ),
]);

pub(super) static INSTRUCTION_FOR_CREDITOR_AGENT_1: Content = Content::Sequence(&[
    maybe("Cd", &INSTRUCTION_3_CODE),
    maybe("InstrInf", &MAX_140),
]);

pub(super) static INSTRUCTION_FOR_CREDITOR_AGENT_2: Content = Content::Sequence(&[
    maybe("Cd", &INSTRUCTION_5_CODE),
    maybe("InstrInf", &MAX_140),
]);

pub(super) static INSTRUCTION_FOR_NEXT_AGENT_1: Content = Content::Sequence(&[
    maybe("Cd", &INSTRUCTION_4_CODE),
    maybe("InstrInf", &MAX_140),
]);

pub(super) static LOCAL_INSTRUMENT_2_CHOICE: Content =
    Content::Choice(&[one("Cd", &MAX_35), one("Prtry", &MAX_35)]);

pub(super) static PAYMENT_IDENTIFICATION_6: Content = Content::Sequence(&[
    maybe("InstrId", &MAX_35),
    one("EndToEndId", &MAX_35),
    maybe("UETR", &UETR),
]);

pub(super) static PAYMENT_IDENTIFICATION_7: Content = Content::Sequence(&[
    maybe("InstrId", &MAX_35),
    one("EndToEndId", &MAX_35),
    maybe("TxId", &MAX_35),
    maybe("UETR", &UETR),
    maybe("ClrSysRef", &MAX_35),
]);

pub(super) static PAYMENT_INSTRUCTION_30: Content = Content::Sequence(&[
    one("PmtInfId", &MAX_35),
    one("PmtMtd", &PAYMENT_METHOD_3_CODE),
    maybe("BtchBookg", &BOOLEAN),
    maybe("NbOfTxs", &NUMERIC_15),
    maybe("CtrlSum", &DECIMAL_NUMBER),
    maybe("PmtTpInf", &PAYMENT_TYPE_INFORMATION_26),
    one("ReqdExctnDt", &DATE_AND_DATE_TIME_2_CHOICE),
    maybe("PoolgAdjstmntDt", &DATE),
    one("Dbtr", &PARTY_IDENTIFICATION_135),
    one("DbtrAcct", &CASH_ACCOUNT_38),
    one(
        "DbtrAgt",
        &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6,
    ),
    maybe("DbtrAgtAcct", &CASH_ACCOUNT_38),
    maybe("InstrForDbtrAgt", &MAX_140),
    maybe("UltmtDbtr", &PARTY_IDENTIFICATION_135),
    maybe("ChrgBr", &CHARGE_BEARER_TYPE_1_CODE),
    maybe("ChrgsAcct", &CASH_ACCOUNT_38),
    maybe(
        "ChrgsAcctAgt",
        &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6,
    ),
    any_number("CdtTrfTxInf", 1, &CREDIT_TRANSFER_TRANSACTION_34),
]);

pub(super) static PAYMENT_TYPE_INFORMATION_26: Content = Content::Sequence(&[
    maybe("InstrPrty", &PRIORITY_2_CODE),
    any_number("SvcLvl", 0, &SERVICE_LEVEL_8_CHOICE),
    maybe("LclInstrm", &LOCAL_INSTRUMENT_2_CHOICE),
    maybe("CtgyPurp", &CATEGORY_PURPOSE_1_CHOICE),
]);

pub(super) static PAYMENT_TYPE_INFORMATION_28: Content = Content::Sequence(&[
    maybe("InstrPrty", &PRIORITY_2_CODE),
    maybe("ClrChanl", &CLEARING_CHANNEL_2_CODE),
    any_number("SvcLvl", 0, &SERVICE_LEVEL_8_CHOICE),
    maybe("LclInstrm", &LOCAL_INSTRUMENT_2_CHOICE),
    maybe("CtgyPurp", &CATEGORY_PURPOSE_1_CHOICE),
]);

pub(super) static PURPOSE_2_CHOICE: Content =
    Content::Choice(&[one("Cd", &MAX_4), one("Prtry", &MAX_35)]);

pub(super) static REGULATORY_AUTHORITY_2: Content =
    Content::Sequence(&[maybe("Nm", &MAX_140), maybe("Ctry", &COUNTRY)]);

pub(super) static REGULATORY_REPORTING_3: Content = Content::Sequence(&[
    maybe("DbtCdtRptgInd", &REGULATORY_REPORTING_TYPE_1_CODE),
    maybe("Authrty", &REGULATORY_AUTHORITY_2),
    any_number("Dtls", 0, &STRUCTURED_REGULATORY_REPORTING_3),
]);

pub(super) static SERVICE_LEVEL_8_CHOICE: Content =
    Content::Choice(&[one("Cd", &MAX_4), one("Prtry", &MAX_35)]);

pub(super) static SETTLEMENT_DATE_TIME_INDICATION_1: Content =
    Content::Sequence(&[maybe("DbtDtTm", &DATE_TIME), maybe("CdtDtTm", &DATE_TIME)]);

pub(super) static SETTLEMENT_INSTRUCTION_7: Content = Content::Sequence(&[
    one("SttlmMtd", &SETTLEMENT_METHOD_1_CODE),
    maybe("SttlmAcct", &CASH_ACCOUNT_38),
    maybe("ClrSys", &CLEARING_SYSTEM_IDENTIFICATION_3_CHOICE),
    maybe(
        "InstgRmbrsmntAgt",
        &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6,
    ),
    maybe("InstgRmbrsmntAgtAcct", &CASH_ACCOUNT_38),
    maybe(
        "InstdRmbrsmntAgt",
        &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6,
    ),
    maybe("InstdRmbrsmntAgtAcct", &CASH_ACCOUNT_38),
    maybe(
        "ThrdRmbrsmntAgt",
        &BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6,
    ),
    maybe("ThrdRmbrsmntAgtAcct", &CASH_ACCOUNT_38),
]);

pub(super) static SETTLEMENT_TIME_REQUEST_2: Content = Content::Sequence(&[
    maybe("CLSTm", &TIME),
    maybe("TillTm", &TIME),
    maybe("FrTm", &TIME),
    maybe("RjctTm", &TIME),
]);

pub(super) static STRUCTURED_REGULATORY_REPORTING_3: Content = Content::Sequence(&[
    maybe("Tp", &MAX_35),
    maybe("Dt", &DATE),
    maybe("Ctry", &COUNTRY),
    maybe("Cd", &MAX_10),
    maybe("Amt", &AMOUNT),
    any_number("Inf", 0, &MAX_35),
]);

pub(super) static SUPPLEMENTARY_DATA_1: Content =
    Content::Sequence(&[maybe("PlcAndNm", &MAX_350), one("Envlp", &ANYTHING)]);
