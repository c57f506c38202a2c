"""Statements of account, whatever the bank calls the file: `read_statements` tells them apart and gives one result."""

from remit.lib.bankfiles.statements import camt, mt940, ofx
from remit.lib.bankfiles.statements.recipes import Recipe, read_table
from remit.lib.bankfiles.values import FILE_BYTES_MAX, BankFileError, Statement

KINDS = ("camt.053", "OFX", "MT940", "CSV", "XLSX")


def kind_of(data: bytes) -> str:
    """Which kind of file it is, by its beginning; a table is what is none of the others."""
    head = data[:4096].lstrip(b"\xef\xbb\xbf \r\n\t")
    if b"BkToCstmrStmt" in data[:8192]:
        return "camt.053"
    if head.startswith(b"OFXHEADER") or b"<OFX>" in head.upper():
        return "OFX"
    if b":60F:" in data or b":60M:" in data:
        return "MT940"
    return "XLSX" if head.startswith(b"PK") else "CSV"


def read_statements(
    data: bytes, recipe: Recipe | None = None, *, account: str = "", currency: str = "CNY"
) -> list[Statement]:
    """Every statement in the file. A table needs a recipe, and the account it is of. Raises BankFileError."""
    if len(data) > FILE_BYTES_MAX:
        raise BankFileError(f"文件超过 {FILE_BYTES_MAX // 1024 // 1024} MB。")
    if not data.strip():
        raise BankFileError("文件是空的。")
    kind = kind_of(data)
    if kind == "camt.053":
        return camt.read(data)
    if kind == "OFX":
        return ofx.read(data)
    if kind == "MT940":
        return mt940.read(data)
    if recipe is None:
        raise BankFileError("这是表格文件：请先为该账户设定各列的含义。")
    return [read_table(data, recipe, account=account, currency=currency)]


__all__ = ["KINDS", "Recipe", "kind_of", "read_statements"]
