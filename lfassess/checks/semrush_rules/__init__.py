"""Pure rules of the semrush check: how visible is the site in Google's results?"""
