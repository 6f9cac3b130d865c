-- the second line is at fault
SELECT id FORM users;
