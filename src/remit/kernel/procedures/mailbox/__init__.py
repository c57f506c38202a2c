"""Mails that come in become cases: read from an IMAP mailbox, each once, whatever it is made of."""
