# What every page has, and what everything else shares.
app-name = Samklang
choose = Choose
language = Language
skip-to-content = Skip to the content
none = None
since = since { $when }
reason = Reason
reason-hint = It is kept with your name.
sign-in = Sign in
sign-out = Sign out
to-the-overview = To the overview

nav-yourself = You
nav-tenant = Parts of the tenant
nav-access = Access
nav-support = For support
nav-cycle = Cycle
nav-people = People and units
nav-cases = Cases
nav-plan = Plan
nav-enrolment = Enrolment
nav-connections = Connections
nav-history = History
nav-journal = Journal

overview-title = All tenants
overview-none = You have no role in any tenant yet. Ask an administrator for one.
overview-tenant = Tenant
overview-cycle = Cycle
overview-waits = Waits for
overview-last = Last cycle
overview-next = Next cycle
overview-cases = Cases
overview-never = No cycle yet
overview-broken = Somebody to mend the configuration
overview-waits-for = { $owner } ({ $system })
overview-nobody = Nobody
overview-no-schedule = No schedule
cases-open = { $count ->
    [one] { $count } open
   *[other] { $count } open
}

look-pending = Not yet
look-waiting = Waiting
look-late = Late
look-running = Running
look-done = Done
look-halted = Halted
look-failed = Failed
look-rejected = Rejected

owner-operator = You
owner-system = The system
owner-connector-vendor = The connector's vendor
owner-support = Support

step-import = Import
step-compare = Comparison
step-reconcile = Catalogue
step-export = Export
step-feedback = Feedback

problem-bad-request = The request cannot be read
problem-csrf = The form was of another session
problem-signed-out = Nobody is signed in
problem-forbidden = Your role is not enough
problem-absent = There is no such page
problem-method = This cannot be done here
problem-there-already = There is a file of that name already
problem-moved = Something else came first
problem-refused = This cannot be done
problem-misconfigured = The configuration holds mistakes
problem-too-large = That is too much
problem-media-type = This kind of content is not taken
problem-key-reused = The same request came with other content
problem-too-many = Too many attempts
problem-failed = Something failed
problem-closing = The server is closing
problem-remedy-bad-request = Go back and try again.
problem-remedy-csrf = Go back, load the page again and repeat what you did.
problem-remedy-signed-out = Sign in to go on.
problem-remedy-forbidden = Ask an administrator of the tenant for the role.
problem-remedy-absent = It is gone, or you have no role there.
problem-remedy-method = Go back and use the page's own buttons.
problem-remedy-there-already = Choose that it is replaced, or give the file another name.
problem-remedy-moved = Go back and look at how it is now.
problem-remedy-refused = The text below says why.
problem-remedy-misconfigured = Whoever keeps the tenant's file has to mend it.
problem-remedy-too-large = Send less, or ask for a greater limit.
problem-remedy-media-type = Choose another file.
problem-remedy-key-reused = Begin anew.
problem-remedy-too-many = Wait a few minutes.
problem-remedy-failed = Try again. If it happens again, tell support when it happened.
problem-remedy-closing = Try again in a minute.
