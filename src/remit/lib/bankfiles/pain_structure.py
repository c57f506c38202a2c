"""What stands where in pain.008 (CustomerDirectDebitInitiation) and pain.002 (CustomerPaymentStatusReport) of ISO 20022.

After the message definitions of the standard: order, number and text forms of every element down to what we write or read; what
lies beside that is let through unexamined.
"""

from typing import Final

from remit.lib.bankfiles.xml import Part, may, must, one_of, some


def _most(length: int) -> str:
    return rf"[^\x00]{{1,{length}}}"


_ID: Final = _most(35)
_NAME: Final = _most(140)
_DATE: Final = r"\d{4}-\d\d-\d\d(Z|[+-]\d\d:\d\d)?"
_MOMENT: Final = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?"
_COUNT: Final = r"\d{1,15}"
_SUM: Final = r"\d{1,17}(\.\d{1,17})?"
_AMOUNT: Final = r"\d{1,13}(\.\d{1,5})?"
_BIC: Final = r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?"
_IBAN: Final = r"[A-Z]{2}\d{2}[a-zA-Z0-9]{1,30}"

_PARTY: Final = (may("Nm", _NAME), may("PstlAdr"), may("Id"), may("CtryOfRes", "[A-Z]{2}"), may("CtctDtls"))
_ACCOUNT: Final = (
    one_of("Id", must("IBAN", _IBAN), must("Othr", (must("Id", _most(34)), may("SchmeNm"), may("Issr", _ID)))),
    may("Tp"),
    may("Ccy", "[A-Z]{3}"),
    may("Nm", _most(70)),
    may("Prxy"),
)


def _agent(bic: str) -> tuple[Part, ...]:
    bank = (
        may(bic, _BIC),
        may("ClrSysMmbId", (one_of("ClrSysId", must("Cd", _most(5)), must("Prtry", _ID), least=0), must("MmbId", _ID))),
        may("LEI", "[A-Z0-9]{18}[0-9]{2}"),
        may("Nm", _NAME),
        may("PstlAdr"),
        may("Othr"),
    )
    return (must("FinInstnId", bank), may("BrnchId"))


def pain_008(version: str) -> Part:
    agent = _agent("BIC" if version == "001.02" else "BICFI")
    kind = (
        may("InstrPrty", "HIGH|NORM"),
        may("SvcLvl", most=1 if version == "001.02" else None),
        one_of("LclInstrm", must("Cd", _ID), must("Prtry", _ID), least=0),
        may("SeqTp", "FRST|RCUR|FNAL|OOFF|RPRE"),
        may("CtgyPurp"),
    )
    mandate = (
        may("MndtId", _ID),
        may("DtOfSgntr", _DATE),
        may("AmdmntInd", "true|false"),
        may("AmdmntInfDtls"),
        may("ElctrncSgntr"),
        may("FrstColltnDt", _DATE),
        may("FnlColltnDt", _DATE),
        may("Frqcy"),
        may("Rsn"),
        may("TrckgDays"),
    )
    debit = (
        may("MndtRltdInf", mandate),
        may("CdtrSchmeId", _PARTY),
        may("PreNtfctnId", _ID),
        may("PreNtfctnDt", _DATE),
    )
    order = (
        must("PmtId", (may("InstrId", _ID), must("EndToEndId", _ID), may("UETR"))),
        may("PmtTpInf", kind),
        must("InstdAmt", _AMOUNT),
        may("ChrgBr"),
        may("DrctDbtTx", debit),
        may("UltmtCdtr", _PARTY),
        must("DbtrAgt", agent),
        may("DbtrAgtAcct", _ACCOUNT),
        must("Dbtr", _PARTY),
        must("DbtrAcct", _ACCOUNT),
        may("UltmtDbtr", _PARTY),
        may("InstrForCdtrAgt"),
        may("Purp"),
        may("RgltryRptg", most=10),
        may("Tax"),
        may("RltdRmtInf", most=10),
        may("RmtInf", (may("Ustrd", _NAME, most=None), may("Strd", most=None))),
        may("SplmtryData", most=None),
    )
    payment = (
        must("PmtInfId", _ID),
        must("PmtMtd", "DD"),
        may("BtchBookg", "true|false"),
        may("NbOfTxs", _COUNT),
        may("CtrlSum", _SUM),
        may("PmtTpInf", kind),
        must("ReqdColltnDt", _DATE),
        must("Cdtr", _PARTY),
        must("CdtrAcct", _ACCOUNT),
        must("CdtrAgt", agent),
        may("CdtrAgtAcct", _ACCOUNT),
        may("UltmtCdtr", _PARTY),
        may("ChrgBr", "DEBT|CRED|SHAR|SLEV"),
        may("ChrgsAcct", _ACCOUNT),
        may("ChrgsAcctAgt", agent),
        may("CdtrSchmeId", _PARTY),
        some("DrctDbtTxInf", order),
    )
    group = (
        must("MsgId", _ID),
        must("CreDtTm", _MOMENT),
        may("Authstn", most=2),
        must("NbOfTxs", _COUNT),
        may("CtrlSum", _SUM),
        must("InitgPty", _PARTY),
        may("FwdgAgt", agent),
    )
    whole = (must("GrpHdr", group), some("PmtInf", payment), may("SplmtryData", most=None))
    return must("Document", (must("CstmrDrctDbtInitn", whole),))


_REASON: Final = (
    may("Orgtr"),
    one_of("Rsn", must("Cd", _most(4)), must("Prtry", _ID), least=0),
    may("AddtlInf", _most(105), most=None),
)
_STATUS: Final = "[A-Z]{4}"
_COUNTED: Final = (must("DtldNbOfTxs", _COUNT), must("DtldSts", _STATUS), may("DtldCtrlSum", _SUM))
_ORDER_STATUS: Final = (
    may("StsId", _ID),
    may("OrgnlInstrId", _ID),
    may("OrgnlEndToEndId", _ID),
    may("OrgnlUETR"),
    may("TxSts", _STATUS),
    may("StsRsnInf", _REASON, most=None),
    may("ChrgsInf", most=None),
    may("TrckrData"),
    may("AccptncDtTm", _MOMENT),
    may("PrcgDt"),
    may("FctvIntrBkSttlmDt"),
    may("AcctSvcrRef", _ID),
    may("ClrSysRef", _ID),
    may("OrgnlTxRef"),
    may("SplmtryData", most=None),
)
_GROUP_STATUS: Final = (
    must("OrgnlMsgId", _ID),
    must("OrgnlMsgNmId", _ID),
    may("OrgnlCreDtTm", _MOMENT),
    may("OrgnlNbOfTxs", _COUNT),
    may("OrgnlCtrlSum", _SUM),
    may("GrpSts", _STATUS),
    may("StsRsnInf", _REASON, most=None),
    may("NbOfTxsPerSts", _COUNTED, most=None),
)
_PAYMENT_STATUS: Final = (
    must("OrgnlPmtInfId", _ID),
    may("OrgnlNbOfTxs", _COUNT),
    may("OrgnlCtrlSum", _SUM),
    may("PmtInfSts", _STATUS),
    may("StsRsnInf", _REASON, most=None),
    may("NbOfTxsPerSts", _COUNTED, most=None),
    may("TxInfAndSts", _ORDER_STATUS, most=None),
)
_REPORT_HEAD: Final = (
    must("MsgId", _ID),
    must("CreDtTm", _MOMENT),
    may("InitgPty"),
    may("FwdgAgt"),
    may("DbtrAgt"),
    may("CdtrAgt"),
)
_REPORT: Final = (
    must("GrpHdr", _REPORT_HEAD),
    must("OrgnlGrpInfAndSts", _GROUP_STATUS),
    may("OrgnlPmtInfAndSts", _PAYMENT_STATUS, most=None),
    may("SplmtryData", most=None),
)
PAIN_002: Final = must("Document", (must("CstmrPmtStsRpt", _REPORT),))
