# What is told by mail.
notice-halted = { $tenant }: the cycle is halted and waits for a decision
notice-halted-text = The cycle of { $tenant } is halted: it would change more than the limits allow. Nothing of it has been carried out. Somebody who may approve has to look at it and release or reject it.
notice-second = { $tenant }: one person has released the cycle, and a second one is needed
notice-second-text = What is halted in the cycle of { $tenant } takes two persons. One of them has released it. Another person who may approve has to look at it and say the same, or reject it.
notice-failed = { $tenant }: the cycle cannot go on
notice-failed-text = The cycle of { $tenant } cannot go on. What was done so far is kept.
notice-late = { $tenant }: data is late
notice-late-text = The cycle of { $tenant } waits for data that should have arrived by now. It goes on by itself when the data comes.
notice-broken = { $tenant }: the configuration holds mistakes
notice-broken-text = The configuration of { $tenant } holds mistakes, so that no cycle can run. Whoever looks after the configuration has to mend them.
notice-mended = { $tenant }: the configuration is in order again
notice-mended-text = The configuration of { $tenant } can be used again. Its cycles run as before.
notice-recovered = { $tenant }: the cycle runs again
notice-recovered-text = What was told earlier about the cycle of { $tenant } is over: the cycle has come to its end.
notice-cases = { $tenant }: { $count ->
    [one] a question waits for an answer
   *[other] { $count } questions wait for an answer
}
notice-cases-text = In { $tenant } there are questions that only a person can answer. Everybody else is synchronised meanwhile.
notice-unused = { $tenant }: an announced school-year promotion has not been used
notice-unused-text = A new school year was announced for { $tenant }, and its time is over without an import that looked like one. The guard halts a new school year again. If it is still to come, somebody who may approve has to announce it anew.
notice-step = Where: { $step }
notice-step-at = Where: { $step }, { $system }
notice-owner = Who can act: { $owner }
notice-link = See more here: { $link }
notice-once = You are told this once. You are told again when something changes.
notice-on-demand = On demand

work-error = The last task could not be run at all, { $when }.
work-again = It is tried again by itself { $when }.
work-untold-mail = An e-mail about this could not be delivered, { $when }.
work-untold-webhook = The webhook could not be reached, { $when }.
