//! The external status reason codes this network uses, each with its ISO name and one line in English and Chinese.
//!
//! The set is the one of ledger 3.7 and 3.10. A code says what kind of fault it is; place and details travel beside it.

use std::fmt;

use serde::{Serialize, Serializer};

macro_rules! status_codes {
    ($($code:ident $name:literal, $english:literal, $chinese:literal;)*) => {
        /// An ISO 20022 external status reason code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum StatusCode {
            $(
                #[doc = $english]
                $code,
            )*
        }

        impl StatusCode {
            /// Every code, in alphabetical groups.
            pub const ALL: &'static [StatusCode] = &[$(StatusCode::$code),*];

            /// The four characters of the code.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(StatusCode::$code => stringify!($code),)*
                }
            }

            /// The short name of the code in the published set.
            #[must_use]
            pub fn iso_name(self) -> &'static str {
                match self {
                    $(StatusCode::$code => $name,)*
                }
            }

            /// What the code means here, in English.
            #[must_use]
            pub fn english(self) -> &'static str {
                match self {
                    $(StatusCode::$code => $english,)*
                }
            }

            /// What the code means here, in Chinese.
            #[must_use]
            pub fn chinese(self) -> &'static str {
                match self {
                    $(StatusCode::$code => $chinese,)*
                }
            }
        }
    };
}

status_codes! {
    AC01 "IncorrectAccountNumber", "account number wrong or unknown", "账号错误或不存在";
    AC02 "InvalidDebtorAccountNumber", "debtor account number wrong or unknown", "付款人账号错误或不存在";
    AC03 "InvalidCreditorAccountNumber", "creditor account number wrong or unknown", "收款人账号错误或不存在";
    AC04 "ClosedAccountNumber", "account is closed", "账户已销户";
    AC06 "BlockedAccount", "account is blocked", "账户被冻结";
    AC09 "InvalidAccountCurrency", "account does not hold this currency", "账户币种不符";
    AB01 "AbortedClearingTimeout", "clearing took too long", "清算超时中止";
    AB03 "AbortedSettlementTimeout", "settlement took too long", "结算超时中止";
    AG01 "TransactionForbidden", "not allowed on this type of account", "该类账户禁止此交易";
    AG03 "TransactionNotSupported", "this kind of transaction is not supported", "不支持此类交易";
    AG08 "InvalidAccessRights", "sender has no right to do this", "无操作权限";
    AG10 "AgentSuspended", "bank on the paying side is suspended", "付款方机构已暂停";
    AG11 "CreditorAgentSuspended", "bank on the receiving side is suspended", "收款方机构已暂停";
    AM01 "ZeroAmount", "amount is zero", "金额为零";
    AM02 "NotAllowedAmount", "amount is above the maximum", "金额超过上限";
    AM03 "NotAllowedCurrency", "currency is not accepted", "不接受该币种";
    AM04 "InsufficientFunds", "funds were not sufficient", "资金不足";
    AM05 "Duplication", "payment is a duplicate", "重复支付";
    AM07 "BlockedAmount", "funds are frozen by an authority", "资金被有权机关冻结";
    AM09 "WrongAmount", "amount is not as agreed", "金额与约定不符";
    AM10 "InvalidControlSum", "control sum does not match the amounts", "金额合计校验不符";
    AM12 "InvalidAmount", "amount is malformed or has too many decimals", "金额格式错误或小数位过多";
    AM13 "AmountExceedsClearingSystemLimit", "limit of the clearing system exceeded", "超过清算系统限额";
    AM14 "AmountExceedsAgreedLimit", "limit agreed with the client exceeded", "超过与客户约定的限额";
    AM16 "InvalidGroupControlSum", "control sum of the group does not match", "组级金额合计不符";
    AM18 "InvalidNumberOfTransactions", "number of transactions does not match", "交易笔数不符";
    AM19 "InvalidGroupNumberOfTransactions", "number of transactions of the group does not match", "组级交易笔数不符";
    AM20 "InvalidPaymentInfoNumberOfTransactions", "number of transactions of the block does not match", "支付块交易笔数不符";
    AM21 "LimitExceeded", "client limit exceeded", "超过客户限额";
    AM23 "AmountExceedsSettlementLimit", "settlement (net debit) limit exceeded", "超过结算(净借记)限额";
    BE16 "InvalidDebtorIdentificationCode", "debtor identification is wrong", "付款人识别码错误";
    BE17 "InvalidCreditorIdentificationCode", "creditor identification is wrong", "收款人识别码错误";
    CH03 "RequestedExecutionDateTooFarInFuture", "date lies too far ahead", "日期过晚";
    CH04 "RequestedExecutionDateTooFarInPast", "date lies in the past", "日期已过";
    CH17 "ElementNotAllowed", "element is not allowed here", "此处不允许该元素";
    CH20 "DecimalPointsNotCompatibleWithCurrency", "decimals do not fit the currency", "小数位与币种不符";
    CH21 "RequiredCompulsoryElementMissing", "mandatory element is missing", "缺少必填元素";
    CNOR "CreditorBankIsNotRegistered", "creditor bank is not registered", "收款行未注册";
    CUST "RequestedByCustomer", "cancelled at the debtor's request", "应客户要求撤销";
    DNOR "DebtorBankIsNotRegistered", "debtor bank is not registered", "付款行未注册";
    DS0A "DataSignRequested", "signature is missing", "缺少签名";
    DS0B "UnknownDataSignFormat", "signature is not valid", "签名无效";
    DS0H "NotAllowedAccount", "signer is not allowed to sign for this account", "签名人无权操作该账户";
    DS10 "Certificate", "key is revoked", "密钥已吊销";
    DS11 "CertificateRevoked", "key is not active", "密钥未生效";
    DS14 "UserDoesNotExist", "signer is unknown", "签名人不存在";
    DS24 "WaitingTimeExpired", "approvals did not arrive in time", "审批超时";
    DT01 "InvalidDate", "settlement date is wrong", "结算日期错误";
    DT05 "InvalidCutOffDate", "received after the cut-off", "超过截止日期";
    DU01 "DuplicateMessageID", "message identification was used before", "报文标识重复";
    DU02 "DuplicatePaymentInformationID", "payment block identification stands twice", "支付块标识重复";
    DU03 "DuplicateTransaction", "transaction reference (UETR) was used before", "交易参考号(UETR)重复";
    DU04 "DuplicateEndToEndID", "end-to-end identification was used before", "端到端标识重复";
    DUPL "DuplicatePayment", "payment is a duplicate of another", "重复付款";
    ED05 "SettlementFailed", "settlement failed", "结算失败";
    ED06 "SettlementSystemNotAvailable", "settlement is paused", "结算系统暂停";
    FF01 "InvalidFileFormat", "format or structure is wrong", "格式或结构错误";
    FF03 "InvalidPaymentTypeInformation", "payment type or message is not supported", "支付类型或报文不支持";
    FF07 "InvalidPurpose", "purpose is missing or wrong", "用途缺失或错误";
    FRAD "FraudulentOrigin", "suspicion of fraud", "涉嫌欺诈";
    LEGL "LegalDecision", "legal decision", "法律决定";
    MD01 "NoMandate", "there is no mandate", "无授权";
    NARR "Narrative", "reason is given as text", "原因见附言";
    RC01 "BankIdentifierIncorrect", "BIC is malformed", "银行识别码格式错误";
    RC03 "InvalidDebtorBankIdentifier", "identifier of the debtor bank is wrong", "付款行识别码错误";
    RC04 "InvalidCreditorBankIdentifier", "identifier of the creditor bank is wrong", "收款行识别码错误";
    RC11 "InvalidIntermediaryAgent", "identifier of an intermediary bank is wrong", "中间行识别码错误";
    RR04 "RegulatoryReason", "regulatory reason", "监管原因";
    RR05 "RegulatoryInformationInvalid", "regulatory reporting data is missing", "监管报送信息缺失";
    SL11 "CreditorNotOnWhitelistOfDebtor", "creditor is not on the debtor's list", "收款人不在付款人白名单";
    TM01 "InvalidCutOffTime", "received after the cut-off time", "超过截止时间";
}

impl StatusCode {
    /// Finds a code by its four characters.
    #[must_use]
    pub fn parse(text: &str) -> Option<StatusCode> {
        Self::ALL.iter().copied().find(|code| code.as_str() == text)
    }
}

impl fmt::Display for StatusCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for StatusCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_four_characters_and_is_found_by_them() {
        for code in StatusCode::ALL {
            assert_eq!(code.as_str().len(), 4);
            assert_eq!(StatusCode::parse(code.as_str()), Some(*code));
            assert!(!code.english().is_empty() && !code.chinese().is_empty());
        }
        assert_eq!(StatusCode::parse("ZZ99"), None);
    }
}
