//! Parties, agents, accounts and addresses as published; one static per published type.
//!
//! Names, order and cardinality are those of the published ISO 20022 structures.

use super::data_types::{
    ADDRESS_TYPE_2_CODE, BIC, COUNTRY, CURRENCY, DATE, EXACT_4_ALPHANUMERIC, IBAN, LEI, MAX_4,
    MAX_5, MAX_16, MAX_34, MAX_35, MAX_70, MAX_128, MAX_140, MAX_2048, NAME_PREFIX_2_CODE,
    PHONE_NUMBER, PREFERRED_CONTACT_METHOD_1_CODE,
};
use super::{Content, any_number, maybe, one, up_to};

pub(super) static ACCOUNT_IDENTIFICATION_4_CHOICE: Content = Content::Choice(&[
    one("IBAN", &IBAN),
    one("Othr", &GENERIC_ACCOUNT_IDENTIFICATION_1),
]);

pub(super) static ACCOUNT_SCHEME_NAME_1_CHOICE: Content =
    Content::Choice(&[one("Cd", &MAX_4), one("Prtry", &MAX_35)]);

pub(super) static ADDRESS_TYPE_3_CHOICE: Content = Content::Choice(&[
    one("Cd", &ADDRESS_TYPE_2_CODE),
    one("Prtry", &GENERIC_IDENTIFICATION_30),
]);

pub(super) static BRANCH_AND_FINANCIAL_INSTITUTION_IDENTIFICATION_6: Content =
    Content::Sequence(&[
        one("FinInstnId", &FINANCIAL_INSTITUTION_IDENTIFICATION_18),
        maybe("BrnchId", &BRANCH_DATA_3),
    ]);

pub(super) static BRANCH_DATA_3: Content = Content::Sequence(&[
    maybe("Id", &MAX_35),
    maybe("LEI", &LEI),
    maybe("Nm", &MAX_140),
    maybe("PstlAdr", &POSTAL_ADDRESS_24),
]);

pub(super) static CASH_ACCOUNT_38: Content = Content::Sequence(&[
    one("Id", &ACCOUNT_IDENTIFICATION_4_CHOICE),
    maybe("Tp", &CASH_ACCOUNT_TYPE_2_CHOICE),
    maybe("Ccy", &CURRENCY),
    maybe("Nm", &MAX_70),
    maybe("Prxy", &PROXY_ACCOUNT_IDENTIFICATION_1),
]);

pub(super) static CASH_ACCOUNT_TYPE_2_CHOICE: Content =
    Content::Choice(&[one("Cd", &MAX_4), one("Prtry", &MAX_35)]);

pub(super) static CLEARING_SYSTEM_IDENTIFICATION_2_CHOICE: Content =
    Content::Choice(&[one("Cd", &MAX_5), one("Prtry", &MAX_35)]);

pub(super) static CLEARING_SYSTEM_MEMBER_IDENTIFICATION_2: Content = Content::Sequence(&[
    maybe("ClrSysId", &CLEARING_SYSTEM_IDENTIFICATION_2_CHOICE),
    one("MmbId", &MAX_35),
]);

pub(super) static CONTACT_4: Content = Content::Sequence(&[
    maybe("NmPrfx", &NAME_PREFIX_2_CODE),
    maybe("Nm", &MAX_140),
    maybe("PhneNb", &PHONE_NUMBER),
    maybe("MobNb", &PHONE_NUMBER),
    maybe("FaxNb", &PHONE_NUMBER),
    maybe("EmailAdr", &MAX_2048),
    maybe("EmailPurp", &MAX_35),
    maybe("JobTitl", &MAX_35),
    maybe("Rspnsblty", &MAX_35),
    maybe("Dept", &MAX_70),
    any_number("Othr", 0, &OTHER_CONTACT_1),
    maybe("PrefrdMtd", &PREFERRED_CONTACT_METHOD_1_CODE),
]);

pub(super) static DATE_AND_PLACE_OF_BIRTH_1: Content = Content::Sequence(&[
    one("BirthDt", &DATE),
    maybe("PrvcOfBirth", &MAX_35),
    one("CityOfBirth", &MAX_35),
    one("CtryOfBirth", &COUNTRY),
]);

pub(super) static FINANCIAL_IDENTIFICATION_SCHEME_NAME_1_CHOICE: Content =
    Content::Choice(&[one("Cd", &MAX_4), one("Prtry", &MAX_35)]);

pub(super) static FINANCIAL_INSTITUTION_IDENTIFICATION_18: Content = Content::Sequence(&[
    maybe("BICFI", &BIC),
    maybe("ClrSysMmbId", &CLEARING_SYSTEM_MEMBER_IDENTIFICATION_2),
    maybe("LEI", &LEI),
    maybe("Nm", &MAX_140),
    maybe("PstlAdr", &POSTAL_ADDRESS_24),
    maybe("Othr", &GENERIC_FINANCIAL_IDENTIFICATION_1),
]);

pub(super) static GENERIC_ACCOUNT_IDENTIFICATION_1: Content = Content::Sequence(&[
    one("Id", &MAX_34),
    maybe("SchmeNm", &ACCOUNT_SCHEME_NAME_1_CHOICE),
    maybe("Issr", &MAX_35),
]);

pub(super) static GENERIC_FINANCIAL_IDENTIFICATION_1: Content = Content::Sequence(&[
    one("Id", &MAX_35),
    maybe("SchmeNm", &FINANCIAL_IDENTIFICATION_SCHEME_NAME_1_CHOICE),
    maybe("Issr", &MAX_35),
]);

pub(super) static GENERIC_IDENTIFICATION_30: Content = Content::Sequence(&[
    one("Id", &EXACT_4_ALPHANUMERIC),
    one("Issr", &MAX_35),
    maybe("SchmeNm", &MAX_35),
]);

pub(super) static GENERIC_ORGANISATION_IDENTIFICATION_1: Content = Content::Sequence(&[
    one("Id", &MAX_35),
    maybe("SchmeNm", &ORGANISATION_IDENTIFICATION_SCHEME_NAME_1_CHOICE),
    maybe("Issr", &MAX_35),
]);

pub(super) static GENERIC_PERSON_IDENTIFICATION_1: Content = Content::Sequence(&[
    one("Id", &MAX_35),
    maybe("SchmeNm", &PERSON_IDENTIFICATION_SCHEME_NAME_1_CHOICE),
    maybe("Issr", &MAX_35),
]);

pub(super) static ORGANISATION_IDENTIFICATION_29: Content = Content::Sequence(&[
    maybe("AnyBIC", &BIC),
    maybe("LEI", &LEI),
    any_number("Othr", 0, &GENERIC_ORGANISATION_IDENTIFICATION_1),
]);

pub(super) static ORGANISATION_IDENTIFICATION_SCHEME_NAME_1_CHOICE: Content =
    Content::Choice(&[one("Cd", &MAX_4), one("Prtry", &MAX_35)]);

pub(super) static OTHER_CONTACT_1: Content =
    Content::Sequence(&[one("ChanlTp", &MAX_4), maybe("Id", &MAX_128)]);

pub(super) static PARTY_38_CHOICE: Content = Content::Choice(&[
    one("OrgId", &ORGANISATION_IDENTIFICATION_29),
    one("PrvtId", &PERSON_IDENTIFICATION_13),
]);

pub(super) static PARTY_IDENTIFICATION_135: Content = Content::Sequence(&[
    maybe("Nm", &MAX_140),
    maybe("PstlAdr", &POSTAL_ADDRESS_24),
    maybe("Id", &PARTY_38_CHOICE),
    maybe("CtryOfRes", &COUNTRY),
    maybe("CtctDtls", &CONTACT_4),
]);

pub(super) static PERSON_IDENTIFICATION_13: Content = Content::Sequence(&[
    maybe("DtAndPlcOfBirth", &DATE_AND_PLACE_OF_BIRTH_1),
    any_number("Othr", 0, &GENERIC_PERSON_IDENTIFICATION_1),
]);

pub(super) static PERSON_IDENTIFICATION_SCHEME_NAME_1_CHOICE: Content =
    Content::Choice(&[one("Cd", &MAX_4), one("Prtry", &MAX_35)]);

pub(super) static POSTAL_ADDRESS_24: Content = Content::Sequence(&[
    maybe("AdrTp", &ADDRESS_TYPE_3_CHOICE),
    maybe("Dept", &MAX_70),
    maybe("SubDept", &MAX_70),
    maybe("StrtNm", &MAX_70),
    maybe("BldgNb", &MAX_16),
    maybe("BldgNm", &MAX_35),
    maybe("Flr", &MAX_70),
    maybe("PstBx", &MAX_16),
    maybe("Room", &MAX_70),
    maybe("PstCd", &MAX_16),
    maybe("TwnNm", &MAX_35),
    maybe("TwnLctnNm", &MAX_35),
    maybe("DstrctNm", &MAX_35),
    maybe("CtrySubDvsn", &MAX_35),
    maybe("Ctry", &COUNTRY),
    up_to("AdrLine", 0, 7, &MAX_70),
]);

pub(super) static PROXY_ACCOUNT_IDENTIFICATION_1: Content = Content::Sequence(&[
    maybe("Tp", &PROXY_ACCOUNT_TYPE_1_CHOICE),
    one("Id", &MAX_2048),
]);

pub(super) static PROXY_ACCOUNT_TYPE_1_CHOICE: Content =
    Content::Choice(&[one("Cd", &MAX_4), one("Prtry", &MAX_35)]);
