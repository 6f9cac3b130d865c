UPDATE members SET name = ''
