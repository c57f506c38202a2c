"""The cashier's office: payments out against audited vouchers, cheque books and cheques, surprise counts of the cash."""
