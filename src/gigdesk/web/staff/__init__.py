"""How staff come to the desk and leave it: sign-in, links of new accounts, sessions."""
