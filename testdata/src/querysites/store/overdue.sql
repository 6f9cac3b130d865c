SELECT id FROM loans
