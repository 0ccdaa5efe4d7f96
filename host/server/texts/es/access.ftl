# The access pages: signing in, one's account, roles.
