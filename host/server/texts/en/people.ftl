# People and units, plans, connections, history, journal.
written-yes = Yes
written-no = No
written-empty = Empty
written-count = { $count ->
    [one] { $count } value
   *[other] { $count } values
}
until = until { $when }
pages-label = Pages of the list
pages-first = To the beginning
pages-next = Next
cycle-number = cycle { $number }

kind-person = Person
kind-unit = Unit
kind-group = Group
kind-membership = Membership
kind-engagement = Engagement
kind-account = Account
life-active = Active
life-leaving = Leaving
life-gone = Gone

people-search = Search for a person or a unit
people-search-hint = A name or a part of it, a user name, a key or a UUID.
people-find = Search
people-found = { $count ->
    [one] { $count } found
   *[other] { $count } found
}
people-found-more = The first { $count }
people-narrow = There are more. Type more to find the right one.
people-none-found = Nobody is known by that. Try a shorter part of the name, or the user name.
people-name = Name
people-kind = Kind
people-state = State
people-objects = Objects
people-nameless = Without a name

did-errand = The synchronisation has begun. Its result is shown here once it is done.
did-by-hand = The value is set. It counts from the next cycle on.
did-taken-back = The value is taken back. From the next cycle on, what the sources say counts.
did-forgotten = The person is forgotten.

person-life-since = { $state } since { $when }.
person-life-until = Gone on { $when }.
person-request = Asked for in { $target }:
person-acts = What you can do
person-overrides = Set by hand
person-values = Values and where they come from
person-attribute = Attribute
person-value = Value
person-from = Comes from
person-from-nobody = No source
person-how = How
person-others = { $count ->
    [one] { $count } other source says otherwise
   *[other] { $count } other sources say otherwise
}
person-template = Written by the template
person-other-from = from { $object }:
person-targets = In the targets
person-no-targets = No connection receives anything.
person-no-object = Has no object here.
person-seen-in = Last seen in
person-holds = { $count ->
    [one] { $count } attribute held there
   *[other] { $count } attributes held there
}
person-further = next stage { $when }
person-explain = Explain
person-links = Objects that stand for it
person-no-links = No object stands for it.
person-object = Object
person-rule = Rule
person-since = Since
person-operations = Operations in the targets
person-no-operations = Nothing has been done.
person-history = Course
person-no-history = Nothing has happened.
person-whole-journal = All about it in the journal

shadow-confirmed = Confirmed
shadow-queued = Queued
stage-missing = Missing
stage-suspected = Suspected gone
stage-disabled = Disabled
stage-removed = Removed
action-create = Create
action-update = Change
action-delete = Delete
operation-draft = Draft
operation-planned = Planned
operation-sent = Sent
operation-done = Done
operation-refused = Refused by the system
operation-deferred = Deferred
operation-held-over = Held over for another day
operation-dropped = Dropped
operation-action = Action
operation-state = State
operation-object = Object
operation-changed = Changes
operation-reason = Why
operation-cycle = Cycle
operation-outcome = The system's answer
journal-at = When
journal-event = Event
journal-detail = Particulars
event-created = Created
event-changed = Changed
event-leaving = Leaving
event-gone = Gone
event-returned = Returned
event-linked = Linked with an object
event-adopted = Object adopted
event-rekeyed = Given a new key
event-unlinked = Unlinked from an object
event-override-ended = Value set by hand ended
event-overridden = Value set by hand
event-override-removed = Value set by hand taken back
event-requested = Asked for in a target
event-cycle-begun = Cycle begun
event-cycle-resumed = Cycle resumed
event-promotion-announced = Promotion announced
event-case-decided = Case answered
event-case-undone = Answer taken back
event-link-decided = Decided whom an object stands for
event-link-job = Linking ordered
event-enrolment-reason = Reason for enrolling
event-connector-activated = Connector activated
event-file-arrived = File arrived
event-file-taken = File fetched from the inbox
event-connections-checked = Systems checked
event-enrolment-checked = Enrolment check asked for
event-retried = Set to be tried again
event-exported = Handed out
event-erased = Particulars erased
event-keys-rotated = Keys changed
event-role-given = Role given
event-role-taken = Role taken
event-role-promised = Role promised
event-promise-taken = Promise taken back
event-link-made = Access link made
event-token-made = Token made
event-token-revoked = Token revoked
event-enrolled = Enrolled
event-released = Released
event-released-as-promotion = Released as a promotion
event-approved-one-of-two = Approved by the first of two
event-rejected = Rejected
event-rejected-source-bad = Rejected, and the delivery is bad

attribute-uuid = UUID
attribute-national_id = National identity number
attribute-employee_number = Employee number
attribute-student_number = Student number
attribute-username = User name
attribute-given_name = Given name
attribute-family_name = Family name
attribute-display_name = Displayed name
attribute-nickname = Nickname
attribute-name = Name
attribute-short_name = Short name
attribute-email = E-mail
attribute-phone = Telephone
attribute-mobile = Mobile
attribute-landline = Landline
attribute-location = Place
attribute-birth_date = Day of birth
attribute-gender = Gender
attribute-parent = Unit above
attribute-manager = Manager
attribute-person = Person
attribute-unit = Unit
attribute-group = Group
attribute-role = Role
attribute-kind = Kind
attribute-job_function = Job function
attribute-begin = First day
attribute-end = Last day
attribute-org_number = Organisation number
attribute-p_number = Production unit number
attribute-ean = EAN number

errand-title = Synchronise now
errand-what = What the sources say of it is brought to the targets at once, without waiting for the night.
errand-target = To
errand-all = All targets
errand-distribute = Also make it where that is done on request only
errand-distribute-hint = The wish is kept until it is fulfilled.
errand-do = Synchronise now
by-hand-title = Set a value by hand
by-hand-what = The value comes before what the sources say until it ends or is taken back. Better correct the source.
by-hand-attribute = Attribute
by-hand-value = Value
by-hand-value-hint = An empty field means that it shall have no value.
by-hand-until = Until
by-hand-until-hint = The first day on which the sources count again. Without a day, until it is taken back.
by-hand-do = Set the value
take-back-title = Take the value back
take-back-do = Take back
export-title = Hand out all that is kept
export-what = A file with all that is kept about it, sensitive values too. The journal notes that you took it.
export-do = Get the file
forget-title = Forget the person
forget-what = All that is kept about the person is erased. That something happened stays in the journal, but not to whom.
forget-not-yet = Only once no source knows the person and the state is “Gone” can it be forgotten.
forget-reason-hint = The reason stays. Do not name the person in it.
forget-acknowledge = I know that this cannot be undone
forget-do = Forget the person

operation-target = Target
operation-class = Class
operation-key = Key
operation-entity = Entity
operation-id = Id
plan-none = There is no plan yet. The first cycle makes one.
plan-open = This will happen in the targets when the plan is carried out:
plan-carried-out = This happened in the targets when the plan was carried out:
plan-nothing = Nothing is to change in the targets.
plan-counts = In numbers
plan-count = Count
plan-total = In all
plan-operations = Operation by operation
plan-all = All
plan-filter = Show
plan-csv = Get as CSV
plan-csv-hint = The CSV file holds all operations of this choice, parted by commas, so that Excel in English opens it directly.
plan-entity = See whom
plan-no-such = No operations of that kind.

did-file = The file has arrived. A cycle that waits for it goes on.
did-file-replaced = The file has arrived and has taken the place of the one of its name. A cycle that waits for it goes on.
did-build = The connections run the new build from the next cycle on.
did-build-back = The connections are back at the build before.
activated-title = What the chosen build changes
activated-first = The connection had no build before.
activated-same = It is the build that the connection ran already.
activated-nothing = The build says nothing of itself that the one before did not.
check-do = Check the connections now
check-hint = Each system is asked whether a cycle can run. Nothing is changed.
checked-title = What the check found
check-all-well = All is well.
check-well = The check found nothing.
finding-note = Note
finding-warning = Warning
finding-failure = Failure
connections-none = There are no connections yet.
role-source = Source
role-target = Target
role-both = Source and target
connection-unsigned = Not signed
connection-fixed = Fixed version
connection-connector = Connector
connection-digest = Digest
connection-signer = Signed by
connection-nobody = Nobody
connection-credentials = Credentials
connection-usage = Usage
connection-enrolment = Written only once it is enrolled
used-requests = { $count ->
    [one] { $count } request
   *[other] { $count } requests
}
used-refused = { $count ->
    [one] { $count } refused
   *[other] { $count } refused
}
used-bytes = sent { $sent }, received { $received }
used-machine = { $time } ms of processor, at most { $memory } of memory
grants-title = What it may reach
grants-none = Nothing.
grants-place = Place
grants-purpose = Purpose
grants-asked = Asked for
grants-granted = Granted
grants-used = Used
grants-remark = Remark
grants-times = { $count ->
    [one] { $count } time, last { $when }
   *[other] { $count } times, last { $when }
}
grants-never = Never
settings-title = Settings
inbox-title = Inbox
file-take = Fetch
file-take-noted = They hold personal data: the journal notes who fetches them.
builds-title = Builds of the connectors
builds-for = Used by
builds-version = Version
builds-state = State
builds-in-use = In use
builds-ready = Installed
builds-vendor = Vendor
builds-size = Size
builds-installed = Installed
builds-none = No build is installed.
builds-given = { $count ->
    [one] { $count } change so far
   *[other] { $count } changes so far
}
builds-given-to = for { $connection }
builds-not-installed = Not installed any more
builds-fixed = The version stands in the configuration and can only be changed there.
builds-activate = Activate a build
builds-back = Go back to the one before
builds-back-what = The connections run the build again that they ran before.

history-none = There has been no cycle yet.
history-chart = Changes per cycle
history-chart-desc = Three rows of bars for { $count } cycles, the newest on the right: objects added, changed and removed. The same numbers are in the table below.
history-caption = Each row has a scale of its own.
history-added = Added
history-changed = Changed
history-removed = Removed
history-done = Done
history-refused = Refused
history-nights = The cycles
history-state = State
history-began = Began
history-by-connection = By connection
history-usage = Usage by connection in cycle { $number }
history-usage-none = No connection has used anything.
history-connection = Connection
history-requests = Requests
history-let-out-not = Held back
history-sent = Sent
history-received = Received
history-time = Processor time
history-memory = Memory
night-running = Running
night-halted = Halted
night-failed = Failed
night-incomplete = Not completed
night-done = Done
night-rejected = Rejected
cycle-kind-errand = Synchronised now
cycle-kind-link = Linking
history-besides = What somebody asked for in between is on the list and not in the drawing.

did-retry = It is tried again in the next cycle.
journal-what = All that happened, and who did it. The entries are chained, so that a change afterwards is found out.
journal-entries = Entries
journal-entity = Only about
journal-entity-hint = The UUID of a person or a unit. Find it at
journal-everybody = Show all
journal-unknown = That is no UUID. Search for the person, and follow the link to the journal on the person's page.
journal-none = No entries.
journal-number = No.
journal-who = Who
journal-about = About
journal-erased = Erased
verify-do = Verify the journal
verify-hint = The whole chain is read.
verify-sound = The journal is as it was written.
verify-unsound = { $count ->
    [one] The journal was changed: { $count } flaw
   *[other] The journal was changed: { $count } flaws
}
verify-counts = Entries: { $entries }. Of these with erased particulars: { $erased }.
verify-newest = The newest, no. { $entry }, has the hash
verify-then = Tell support, and leave the database as it is.

findings-title = Objects to see to
findings-what = Something about these is not right. Correct it where it comes from. An object leaves the list when a cycle sees that it is corrected.
findings-none = There are no objects to see to.
findings-whom = Find in the catalogue

aside-title = Set aside
aside-what = Objects that could not be handled. They do not stop the rest, and are tried again by themselves.
aside-none = Nothing is set aside.
aside-why = What is wrong
aside-remedy = What to do
aside-failures = { $count ->
    [one] { $count } attempt
   *[other] { $count } attempts
}
aside-due = Tried again
aside-never = Not by itself
aside-retry = Try again
aside-retry-all = Try all again

retention-title = For how long it is kept
retention-what = What is over its time goes with the first cycle of a day.
retention-kept = What
retention-days = Days
retention-forever = Forever
retention-over = Over its time
kept-gone-account = Accounts that are gone
kept-gone-membership = Memberships that are gone
kept-gone-engagement = Engagements that are gone
kept-gone-person = Persons who are gone
kept-gone-group = Groups that are gone
kept-gone-unit = Units that are gone
kept-operations = Operations that have ended
kept-cases = Answered cases and what guards halted
kept-former = Keys of objects that are gone
kept-names = Names that were given up
kept-journal = Particulars in the journal

support-what = What support needs to know of the installation. It holds no personal data.
support-download = Get as a file
