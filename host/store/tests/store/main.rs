//! One suite for every database: each test of the list at the end runs on an SQLite file, on SQLite in memory, and on PostgreSQL.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    unreachable_pub,
    missing_docs,
    reason = "test support: a panic is the report"
)]

mod access;
mod cases;
mod catalogue;
mod cycles;
mod enrolments;
mod expiry;
mod faults;
mod guarding;
mod imports;
mod journal;
mod keyed;
mod likeness;
mod material;
mod names;
mod personal;
mod place;
mod plans;
mod program;
mod schedule;
mod sealing;
mod stretches;

macro_rules! suite {
    (everywhere: $($module:ident::{$($test:ident),+ $(,)?}),+ ; with_a_second_way_in: $($apart:ident::{$($alone:ident),+ $(,)?}),+ ;) => {
        suite!(@on file: $($module::{$($test),+}),+, $($apart::{$($alone),+}),+);
        suite!(@on memory: $($module::{$($test),+}),+);
        suite!(@on postgres: $($module::{$($test),+}),+, $($apart::{$($alone),+}),+);
    };
    (@on $place:ident: $($module:ident::{$($test:ident),+}),+) => {
        mod $place {$($(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                if let Some(place) = crate::place::Place::$place().await {
                    crate::$module::$test(&place).await;
                }
            }
        )+)+}
    };
}

suite! {
    everywhere:
    access::{
        a_link_lets_somebody_in_once, handles_are_everybodys_own, promises_are_kept_to_those_who_come, roles_are_given_and_taken,
        sessions_are_over_in_time, a_token_allows_what_its_maker_is_allowed,
        what_nobody_can_use_any_more_is_erased_in_its_time,
    },
    cycles::{
        a_cycle_begins_once_and_is_taken_up, a_halted_cycle_stays_halted, steps_are_kept, an_end_makes_room_for_the_next, an_errand_is_never_the_newest_cycle,
        a_living_holder_keeps_the_lease, an_expired_or_dead_holder_loses_it, a_lost_lease_stops_every_write,
        a_store_that_began_nothing_writes_nothing,
    },
    imports::{
        an_import_becomes_the_snapshot, a_repeated_key_is_refused_whole, an_import_that_is_not_whole_is_never_accepted,
        accepting_twice_changes_nothing, what_was_not_seen_is_staged_as_removed, changes_fold, removals_come_first,
        discarding_leaves_the_snapshot, a_class_without_rank_is_only_kept, remap_lists_the_whole_class, many_objects_wait_by_identity,
    },
    catalogue::{
        a_batch_is_kept_whole, matches_references_and_waits_are_replaced, findings_are_replaced_and_cleared, recalled_objects_wait_again,
        tenants_do_not_see_each_other, restale_by_kind,
    },
    cases::{
        a_case_is_opened_once_withdrawn_and_opened_again, a_case_is_decided_once_and_stays_so_while_the_question_is_the_same,
        objects_that_are_gone_are_remembered, a_ruling_about_an_object, an_answer_is_taken_back_until_a_cycle_follows_it,
        cases_come_page_by_page, whom_is_forgotten_is_in_no_case,
    },
    plans::{
        widening_goes_one_hop_and_no_further, stale_entities_come_in_order, a_draft_becomes_the_plan, drafting_again_replaces_what_has_ended,
        what_is_asked_for_after_the_draft_is_planned_for_next,
        settling_keeps_everything, deferred_operations_resume, observed_shadows, a_plan_is_counted_by_cycle, draft_findings,
    },
    likeness::{
        objects_are_found_by_their_values_whoever_writes_them, an_index_of_many_objects_is_made_part_by_part,
        whom_a_person_decided_about_in_a_target_is_planned_for_again,
    },
    keyed::{a_request_is_answered_once_and_repeated, the_same_key_is_another_guest_s, what_failed_or_is_old_is_forgotten},
    enrolments::{
        checks_are_kept_and_former_ones_forgotten, a_target_is_enrolled_once, what_enrolment_looks_at,
    },
    expiry::{
        entities_go_when_their_time_is_over_and_nothing_of_them_is_left_to_do, particulars_of_the_journal_go_and_the_chain_stays,
        operations_go_with_the_age_of_their_cycle, answers_go_unless_they_still_hold, names_go_when_nobody_is_kept_from_them,
        nothing_is_erased_without_the_lease,
    },
    guarding::{
        the_baseline_moves_with_the_snapshot, staged_changes_stand_beside_what_they_change, a_decision_is_about_what_was_looked_at,
        a_hard_limit_takes_two_persons, two_persons_say_the_same, a_first_of_two_is_seen_at_a_glance,
        who_came_by_one_s_own_link_is_no_second_person, where_somebody_vouches_only_the_vouched_are_two, a_bad_delivery_is_known_again, a_promotion_is_used_once_or_expires,
    },
    names::{
        names_are_kept_with_the_draft_that_gives_them, names_found_in_a_target_take_nothing_away, what_is_due_is_found_by_its_day,
        what_lies_below_a_unit_that_moved_is_stale, samples_are_of_what_is_there,
        accounts_are_looked_at_again_with_their_persons,
    },
    schedule::{
        a_time_is_seen_to_by_one, what_is_handled_and_wanted_is_kept_in_one, what_was_told_is_kept_with_its_notices,
        a_notice_is_tried_again_until_it_is_given_up,
    },
    program::{
        tenants_are_seen_at_a_glance, releasing_a_halt, rejecting_an_import, rejecting_a_comparison, rejecting_a_plan, people_find_entities, histories_and_counts, operations_are_paged,
        builds_lie_side_by_side, a_connection_runs_the_build_that_it_was_given_last,
    };
    with_a_second_way_in:
    access::{
        no_secret_lies_in_the_database_and_no_access_in_a_copy, nobody_who_works_with_the_installation_is_readable,
        the_installations_key_is_changed_like_a_tenants, names_that_are_mentioned_nowhere_go, nobody_waits_for_a_page_because_a_cycle_writes,
    },
    faults::{
        a_failing_statement_leaves_nothing, corrupt_rows_are_named, a_newer_database_is_refused, everything_is_there_after_reopening,
        only_one_cycle_is_active,
    },
    journal::{tampering_is_found_and_named, erasing_unsaid_is_found, forgetting_erases_and_keeps_the_chain, the_journal_tells_who_did_what},
    personal::{a_copy_holds_everything_and_is_another_database, everything_about_a_person_is_given, everything_about_a_person_is_forgotten},
    sealing::{nothing_personal_is_readable, what_is_sealed_opens_in_its_place_alone, another_key_opens_nothing, a_former_key_still_opens, rotation_seals_anew_and_says_when_it_is_done},
    stretches::{
        batches_of_a_stretch_are_seen_by_their_own_run_and_last_at_its_end, whatever_else_writes_makes_a_stretch_last_first,
        a_stretch_that_is_dropped_undoes_whole_batches_and_nobody_waits_for_it, who_is_waited_for_writes_after_one_batch_at_most,
    };
}
