# The cycle, what it halts at, cases, enrolment.
