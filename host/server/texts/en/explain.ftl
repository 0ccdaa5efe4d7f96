# Sentences that are known by their code: why something is as it is, and what is found.
explain-present = { $state ->
    [confirmed] It has the object { $key }, confirmed in cycle { $cycle }.
   *[queued] The object { $key } was taken over in cycle { $cycle } and waits in the system's queue.
}
explain-gone = No source has an object for it any more.
explain-out-of-scope = It is out of scope: the condition of the mapping does not hold for it.
explain-no-reference = What its object must refer to is not in the target. Have that explained first.
explain-mapping = The template of { $field } cannot be worked out for it:
explain-incomplete = Its object cannot be made without { $missing }, which no source gives.
explain-asked = A person has yet to tell whether the target holds its object already: case { $case }.
explain-case = See the case
explain-not-creatable = The connector cannot make objects of this class.
explain-refused = The target refused it in cycle { $cycle }.
explain-deferred = The target put it off in cycle { $cycle }.
explain-waits = { $state ->
    [held-over] It is planned in cycle { $cycle }, and the target has got what it gets in a day. It waits for another day.
    [sent] It was sent in cycle { $cycle }, and the target has not answered yet.
   *[planned] It is planned in cycle { $cycle } and was not carried out yet.
}
explain-rejected = The plan of cycle { $cycle } was rejected by a person.
explain-unseen = The target took it over in cycle { $cycle } and has not shown it since.
explain-not-planned = Nothing stands in the way. The next cycle plans it.
explain-unexplained = Nothing stands in the way, and yet nothing is planned. Run a cycle, and ask support if this stays.
explain-no-class = The target gets no objects for: { $kind }.
explain-condition = The condition:
explain-no-cycle = No cycle has run yet.
explain-held = Cycle { $cycle } waits at the step { $step }.
explain-see-cycle = See the cycle
reason-missing = It is in scope, and the target has no object for it.
reason-requested = { $who } asked for it:
reason-differs = { $attributes_count ->
    [one] { $attributes } differs.
   *[other] { $attributes } differ.
}
reason-returned = { $attributes_count ->
    [one] It has come back. { $attributes } differs.
   *[other] It has come back. { $attributes } differ.
}
reason-source-gone = No source speaks of it any more.
reason-out-of-scope = It is not in the scope of the target any more.
reason-source-gone-off = No source speaks of it any more. Its object is deactivated.
reason-out-of-scope-off = It is not in the scope of the target any more. Its object is deactivated.
cause-grace-over = Its time of grace is over.
cause-not-named = The source does not name { $object } any more.
cause-named-by-none = Its source does not name it any more.
cause-named-again = The source names { $object } again.
outranked-within-source = another object of the same source comes first
outranked-believed-before = { $winner } is believed before { $loser }
outranked-owned = { $winner } owns this attribute
outranked-by-hand = the value is set by hand
found-mapping = The template cannot be worked out.
found-incomplete = { $attributes } is lacking, without which an object of class { $class } cannot be.
found-unmatchable = { $attributes } is lacking, by which objects of class { $class } are found again. Made without it, it would have a twin.
found-not-linked = The target holds the object { $key } of class { $class } already, which stands for nobody.
found-key-taken = { $whose ->
    [anothers] The key { $key } of class { $class } is used by another already: { $who }.
    [told-apart] The key { $key } of class { $class } is that of an object that { $who } has told apart from it.
   *[not-it] The key { $key } of class { $class } is that of an object that a person has told apart from it.
}
found-key-differs = { $why ->
    [kept] The key would be { $key } by now, but the target does not let the key { $there } be changed.
   *[otherwise] The key is { $key }, and the target has the same user under the key { $there }.
}
found-ruling = { $who } linked it with { $entity }, which is of another kind.
found-put-off = The target puts the change off.
found-conflict = The object { $key } of the target is in the way.
found-rejected = The target refuses the change.
found-attribute = attribute { $name }
remedy-mapping = Mend the template or the values it uses. Until then, all stays as it is.
remedy-incomplete = Give the value in a source, or map another one. Until then, nothing is sent.
remedy-unmatchable = Give the value in a source. Then it is sent by itself.
remedy-not-linked = Link the object when it is the same. Else mend the key of one of the two.
remedy-key-taken = See that the mapping gives each its own key.
remedy-key-differs = { $why ->
    [kept] Nothing, if the old key may stay. Else remove the object in the target; it is made anew under the new key.
   *[otherwise] Correct the key in the source or in the target. The user is taken up in the next cycle by itself; until then it is neither made nor removed.
}
remedy-ruling = Link it with one of the same kind.
remedy-put-off = Nothing now. The next cycle tries again.
remedy-conflict = See which of the two objects is right, and mend or remove the other.
remedy-rejected = Mend the value at its source or in the mapping. The next cycle tries again.
note-not-enrolled = Not enrolled: nothing was planned or sent.
note-daily-limit = The system gets at most { $limit } changes a day. { $held_over } wait for another day.
no-promotion-plan = A school-year promotion shows in what a source delivers, and this is a plan.
no-promotion-no-years = Nothing tells the pupils' school year.
no-promotion-nobody-stays = No pupil stays.
no-promotion-few-up = Only { $up } of the { $stay } pupils who stay move one year up. That is less than { $percent } %.
no-promotion-few-from-top = Only { $top } of the { $left } pupils who leave were in the top year. That is less than { $percent } %.
no-promotion-unexplained = A school-year promotion does not explain this:
