"""Files that banks take and give: direct-debit batches and their returns by one description a bank, and statements of account.

`format` is how a description is written; `batches` writes and reads by it; `pain` is ISO 20022 behind the same face;
`statements` reads CSV by recipe, OFX, camt.053 and MT940 into one result.
"""
