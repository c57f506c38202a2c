"""What the house spends: claims of expenses, budgets that are asked at the moment of spending, invoices taken and given."""
