"""Pure rules of the gbp check: is this the lead's profile, and how good is it?"""
