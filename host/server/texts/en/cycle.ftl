# What the cycle's pages say: steps, waits, halts, cases, enrolment.

# The cycle and its steps.
cycle-title = Cycle { $id }
cycle-began = Began { $when }.
cycle-ended = Ended { $when }.
cycle-next = Next cycle: { $when }.
cycle-newest = To the newest cycle
cycle-done = The cycle was done { $when }. Every step is through.
cycle-rejected = The cycle was rejected { $when }. Nothing of what was halted was taken over.
cycle-running = The cycle has been running since { $when }. This page follows it by itself.
cycle-paused = The cycle began { $when } and is not done. It goes on when it is run again.
cycle-state-halted = The cycle is halted and waits for a decision.
cycle-state-failed = The cycle could not be completed.
cycle-state-incomplete = The cycle is over, but not every system got what it should. The rest follows in the next cycle.
step-fetch = Fetch
step-link = Linking
step-link-tried = Trial of linking
step-number = Step { $number } of { $of }
step-attempt = Attempt { $number }
step-time = Time:
step-progress = How far the step is
said-step = { $step }: { $look }
count-read = { $count } read
count-added = { $count } new
count-changed = { $count } changed
count-removed = { $count } gone
count-planned = { $count } planned
count-done = { $count } done
count-refused = { $count } refused

# What a cycle waits for: what, since when, who can act, what to do, the way to support.
wait-guard-import = The import changes more than it may without a decision
wait-guard-plan = The plan for { $system } changes more than it may without a decision
wait-stop-refused = The data of { $system } contradicts itself. Nothing of it was taken over
wait-stop-breaker = { $system } refused so many changes that the rest waits for the next cycle
wait-fault-invalid-settings = The connection to { $system } has settings that cannot be used
wait-fault-unauthorised = { $system } does not accept the credentials, or they lack a right
wait-fault-unreachable = { $system } cannot be reached or is out of order
wait-fault-rate-limited = { $system } asks for a pause
wait-fault-waiting-for-data = Waiting for data from { $system }
wait-fault-invalid-data = { $system } delivered something that cannot be right. Nothing of it was taken over
wait-fault-resync-required = { $system } has to be read from the beginning
wait-fault-unsupported = The connector for { $system } cannot do this step
wait-fault-internal = The connector for { $system } reports a fault of its own
wait-fault-trap = The connector for { $system } crashed
wait-fault-out-of-cpu = The connector for { $system } used more processor time than it may
wait-fault-out-of-time = A call to { $system } took longer than it may
wait-fault-out-of-memory = The connector for { $system } wanted more memory than it may have
wait-fault-contract-violation = The connector for { $system } did not keep to the rules for connectors
wait-fault-not-loadable = The connector for { $system } cannot be loaded
wait-fault-not-granted = The connector for { $system } lacks a grant
wait-since = Since { $when }.
wait-usual = It normally arrives at about { $when }.
wait-you = You can act.
wait-operator = An operator of the tenant can act.
wait-approver = An approver of the tenant has to decide.
where-approver = It is decided on the page of what is halted, where the button below leads.
where-operator = An operator finds the buttons beneath “{ $acts }” on this page.
wait-for-system = Whoever answers for { $system } has to act.
wait-for-connector-vendor = The vendor of the connector for { $system } has to act.
wait-for-support = You cannot do anything here. Support has to look at it.
wait-support = Need help? Contact support and give { $reference }.
wait-log = Get the steps as a file for support
act-guard = Look through the changes, and decide whether they pass or are rejected.
act-stop-refused = Have the data delivered anew, and run again.
act-stop-breaker = Find out why the system refuses, and run again.
act-fault-invalid-settings = Mend the connection's settings, and run again.
act-fault-unauthorised = Renew the credentials or give them the right that is named below, and run again.
act-fault-unreachable = It is tried again by itself. Meanwhile, see whether { $system } is up and can be reached from here.
act-fault-rate-limited = It is tried again by itself when the pause is over.
act-fault-waiting-for-data = The cycle goes on by itself when the data comes. If it takes too long, ask whoever answers for { $system } about the delivery.
act-upload = See that { $system } delivers its file, or upload it on this page. The cycle goes on by itself when the file is here.
act-fault-invalid-data = Have { $system } deliver the data anew, and run again.
act-fault-resync-required = Run again. The next read is a full one.
act-fault-unsupported = Remove the step, or use a connector that can do it.
act-fault-internal = Send the vendor the message below. Meanwhile it may help to go back to the connector's former version.
act-fault-trap = Send the vendor the message below. Meanwhile it may help to go back to the connector's former version.
act-fault-out-of-cpu = Raise the connection's limit if the amount of data explains it, and run again.
act-fault-out-of-time = Raise the connection's limit if the amount of data explains it, and run again.
act-fault-out-of-memory = Raise the connection's limit if the amount of data explains it, and run again.
act-fault-contract-violation = Send the vendor the message below. Meanwhile it may help to go back to the connector's former version.
act-fault-not-loadable = Install a build of the connector that can be loaded, and run again.
act-fault-not-granted = Give the connection the grant if the connector shall have it, and run again.

# What the reader may do.
acts = What you can do
act-run = Run now
act-plan = Make the plan only
act-run-hint = “Run now” takes a stopped cycle up where it was. “Make the plan only” writes to no system.
did-cycle = The cycle was started.
did-plan = The plan is being made.
did-promotion = The school-year promotion was announced.
upload-title = Deliver a file: { $system }
upload-file = File
upload-replaces = A file of the same name is replaced.
upload-most = At most { $most }.
upload-send = Deliver
upload-none = No file waits.
upload-waiting = { $count ->
    [one] { $count } file waits:
   *[other] { $count } files wait:
}
promotion-title = Announce a school-year promotion
promotion-lead = When pupils move up, nearly everything changes at once. Announce it, and the import does not halt for it. It holds for one import, and only if that looks like a promotion.
promotion-source = Source
promotion-days = Within how many days it may happen (1–45)
promotion-announce = Announce it
promotion-state-open = Open
promotion-state-used = Used
promotion-state-expired = Expired
promotions = Announced promotions
around = Beside it
around-cases = { $count ->
    [one] { $count } case waits for an answer
   *[other] { $count } cases wait for an answer
}
around-findings = { $count ->
    [one] { $count } object that a person should see to
   *[other] { $count } objects that a person should see to
}
around-quarantined = { $count ->
    [one] { $count } object is set aside and tried again
   *[other] { $count } objects are set aside and tried again
}
around-unsigned = Connectors without a signature: { $names }
decisions = Decisions
by-at = { $who }, { $when }
verdict-released = Released
verdict-released-as-promotion = Released as a promotion
verdict-approved-one-of-two = Approved by the first of two
verdict-rejected = Rejected
verdict-rejected-source-bad = Rejected, and the delivery marked as bad
usage-title = What the connectors used
usage-step = Step
usage-cpu = Processor time
usage-memory = Memory
usage-requests = Requests
usage-refused = Denied
usage-sent = Sent
usage-received = Received
to-the-cycle = To the cycle

# Changes, limits and values.
change-emptied = emptied
change-older = older delivery
change-removed = removed
change-key-changed = key changed
change-moved = moved
change-added = added
change-deactivated = shut off
change-changed = changed
change-attribute = changed: { $name }
trip-emptied = nothing is left of { $of } { $what }
trip-older = the delivery is older than the one accepted before
trip-removed = { $count } of { $of } { $what } would be removed ({ $share } %)
trip-key-changed = { $count } of { $of } { $what } would get another key ({ $share } %)
trip-moved = { $count } of { $of } { $what } would move elsewhere ({ $share } %)
trip-added = { $count } { $what } would be added to { $of }
trip-deactivated = { $count } of { $of } { $what } would be shut off ({ $share } %)
trip-attribute = { $count } of { $of } { $what } would get another { $name } ({ $share } %)
trip-where = – in { $where }
trip-limit = (limit: { $limit } and { $percent } %)
trip-limit-count = (limit: { $limit })
trip-hard = It takes two persons.
subject-school = schools
subject-unit = units
subject-person = persons
subject-group = groups
subject-engagement = engagements
subject-membership = memberships
subject-account = accounts
value-empty = empty
value-yes = yes
value-no = no
before = before:
after = after:

# What a guard has halted.
halt-title = Halted
halt-open = See what is halted, and decide
halt-look = See what is halted
halt-nothing = Nothing is halted.
halt-import = The import is halted
halt-plan = The plan is halted
halt-lead = There are more changes than may happen without a decision. None of them was taken over, and nothing was passed on.
halt-two = It takes two persons.
halt-two-none = The changes pass only when two different persons have said so.
halt-two-one = { $who } has said yes. Another person has to say the same.
halt-two-you = You have said yes. Another person has to say the same.
halt-first-said = Your yes is kept. Another person has to say the same.
halt-first = The first import. A person always has to approve it.
halt-accepted = Compared with what was accepted { $when }.
halt-announced = A school-year promotion was announced for this time.
halt-promotion-yes = It looks like a school-year promotion.
halt-promotion-no = It does not look like a school-year promotion.
halt-promotion-up = { $up } of the { $stay } pupils who stay move one year up.
halt-promotion-left = { $top } of the { $left } pupils who leave were in the top year.
halt-counts = Changes by school and class, most first: { $system }
halt-cell = School or place
halt-no-cell = No place
halt-class = Objects
halt-change = Change
halt-count = Number
halt-of = Of
halt-share = Share
halt-further = { $count ->
    [one] And { $count } further place with fewer changes.
   *[other] And { $count } further places with fewer changes.
}
halt-sample = Examples, before and after ({ $count })
halt-key = Key
halt-turn = Before and after
halt-search = Search within everything halted
halt-find = Search for
halt-find-go = Search
halt-find-hint = A key, a school or a value. An empty field shows everything.
halt-found = Found within what is halted
halt-found-none = Nothing that is halted matches.
halt-found-none-yet = Nothing found yet: this page has looked through { $looked } changes, and there are more.
halt-look-on = Look on
page-first = To the first page
page-next = Next page
halt-decide = Decide
halt-choose = What shall become of the changes?
halt-release = Release.
halt-release-hint = The changes are right. It holds for exactly these, once.
halt-promotion = Release as a school-year promotion.
halt-promotion-hint = Only what a school-year promotion explains passes.
halt-reject = Reject.
halt-reject-hint = Everything stays as it was. The next cycle reads anew.
halt-reject-source = Reject the delivery.
halt-reject-source-hint = What was delivered is wrong and is not read again. The source has to deliver anew.
halt-send = Decide
halt-bound = The decision is about nothing but what this page shows:

# Cases.
cases-lead = Samklang never guesses. Where several may be the same, or something is in doubt, a person answers. The rest of the cycle goes on meanwhile.
cases-show-open = Open
cases-show-all = All
cases-none = No cases wait.
case-title = Case { $id }
case-back = To the cases
case-whom = About
case-question = Question
case-object = Object
case-entity = In the catalogue
case-candidates = Candidates
case-opened = Asked
case-since = Without a place since
case-state = State
case-who = Answered by
case-state-open = Open
case-state-decided = Answered
case-state-withdrawn = Withdrawn
case-side-source = (source)
case-side-target = (target)
case-kind-ambiguous = Several may be it
case-kind-linked-to-another = Belongs to another object already
case-kind-near-miss = Nearly the same
case-kind-found = Found, to be confirmed
case-kind-absent = None found
case-kind-twin = The same value as another
case-kind-removal = What becomes of the object?
case-ask-ambiguous = Who is { $name }? Several match
case-ask-linked-to-another = Is { $name } the one that belongs to another object already?
case-ask-near-miss = Is { $name } the same? Only the spelling differs
case-ask-found = Is this the right one: { $name }?
case-ask-absent = Nothing matches { $name }. Shall it be made anew?
case-ask-twin = Is { $name } one or two? A value is the same as another's
case-ask-removal = { $name } has no place in the target any more. What becomes of its object?
case-compare = Side by side. ≠ different, = equal
case-attribute = Attribute
case-this = The object
case-candidate = Candidate { $number }
case-rule = Found by
case-near = Only the spelling differs
case-holder = Has already
case-key = Key in the target
case-as-candidate = as the candidate
case-differs = different
case-agrees = equal
case-answer = Answer
case-choose = Which is right?
case-send = Answer
case-hint = The next cycle follows the answer. Until then it can be taken back.
case-undo = Take the answer back
case-undo-lead = No cycle has followed the answer yet. The case is opened again.
case-final = A cycle has followed the answer; it cannot be taken back any more.
choose-link = It is candidate { $number }: { $name }
choose-source-create = It is none of them: make a new one in the catalogue
choose-source-ignore = Leave the object alone; it is not used
choose-target-create = It is none of them: make a new object in the target
choose-target-ignore = Do nothing in the target
choose-target-delete = Delete the object in the target
choose-target-deactivate = Shut the object off in the target, and keep it
choose-target-detach = Let go of the object: it stays in the target and is looked after no more
choose-target-keep = Keep the object as it is
choice-link = The same
choice-create = New
choice-ignore = Left alone
choice-delete = Deleted
choice-deactivate = Shut off
choice-detach = Let go
choice-keep = Kept

# Enrolment of targets.
enrol-lead = A target with users and units of its own is written to only once it is enrolled. The check shows whether it can be. It changes nothing.
enrol-none = No target wants to be enrolled.
enrol-is = Enrolled { $when } by { $who }.
enrol-night = Users and units are synchronised every night.
enrol-left-out = { $count ->
    [one] { $count } user who did not correspond was left out. The user joins by itself once the keys agree.
   *[other] { $count } users who did not correspond were left out. They join by themselves once the keys agree.
}
enrol-preview = See what the first night would overwrite
enrol-not = Not enrolled
enrol-not-hint = Nothing is written to it.
enrol-checking = The check is under way: all units and users are compared.
enrol-check = Check whether it can be enrolled
enrol-check-again = Check again
enrol-failed = The check failed
enrol-possible = It can be enrolled.
enrol-valid = The result holds until { $when }.
enrol-impossible = { $count ->
    [one] It cannot be enrolled: { $count } unit blocks it.
   *[other] It cannot be enrolled: { $count } units block it.
}
enrol-impossible-hint = Correct them in the source or in { $system }, and check again.
enrol-result = Result of the enrolment check
enrol-checked-at = Checked { $when }.
enrol-numbers = The check in numbers
enrol-checked = Looked at
enrol-ok = Correspond
enrol-differ = Do not
enrol-attention = Of them in use
enrol-units = Units
enrol-users = Users
enrol-category-unit-blocking = Units that block enrolment
enrol-category-user-not-syncable = Users who cannot be synchronised
enrol-category-unit-ok = Units that correspond, with a remark
enrol-name = Name
enrol-why = Why
enrol-target-has = In the target
enrol-source-has = In the source
enrol-active = In use
enrol-reason-unit-only-in-target = Only the target has it
enrol-reason-unit-only-in-source = Only the source has it
enrol-reason-unit-type-differs = The type differs
enrol-reason-unit-key-differs = The same name, another key
enrol-reason-unit-parent-differs = Lies beneath another unit
enrol-reason-unit-name-differs = The name differs; the first night overwrites it
enrol-reason-unit-inactive-in-source = It is no more in the source
enrol-reason-unit-ambiguous = Several could be it
enrol-reason-user-only-in-target = Only the target has it
enrol-reason-user-key-differs = The same person, another user key/UUID
enrol-reason-user-inactive-in-source = Not active in the source
enrol-reason-user-ambiguous = Several could be the user
enrol-legend = Enrol { $system }
enrol-final = Enrolment is final and cannot be undone.
enrol-left-out-if = { $count ->
    [one] { $count } user cannot be synchronised and is left out.
   *[other] { $count } users cannot be synchronised and are left out.
}
enrol-wait = { $count ->
    [one] { $count } of them is in use: wait with enrolling if the user is to keep access.
   *[other] { $count } of them are in use: wait with enrolling if they are to keep access.
}
enrol-acknowledge = { $count ->
    [one] I know that { $count } user is left out.
   *[other] I know that { $count } users are left out.
}
enrol-understand = I know that it is final.
enrol-do = Enrol { $system }
