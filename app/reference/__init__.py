"""Programs of one's own beside the reference: is it right?"""
