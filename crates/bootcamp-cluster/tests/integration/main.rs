//! Against ipyparallel's own controller and client. Ignored where Python does not have them.

mod cluster;
#[cfg(feature = "libzmq")]
mod encryption;
mod engines;
mod faults;
mod python;
mod requests;
mod restarts;

use libtest_mimic::{Arguments, Completion, Failed, Trial};

/// A test in a runtime of its own.
fn trial<F>(name: &str, test: fn() -> F, missing: Option<&String>) -> Trial
where
    F: Future<Output = ()> + 'static,
{
    let missing = missing.cloned();
    Trial::ignorable_test(name, move || {
        if let Some(missing) = missing {
            return Ok(Completion::ignored_with(missing));
        }
        let runtime =
            tokio::runtime::Runtime::new().map_err(|error| Failed::from(error.to_string()))?;
        runtime.block_on(test());
        Ok(Completion::Completed)
    })
}

macro_rules! trials {
    ($($module:ident::$test:ident),* $(,)?) => {{
        let missing = cluster::missing();
        vec![$(trial(
            concat!(stringify!($module), "::", stringify!($test)),
            $module::$test,
            missing.as_ref(),
        )),*]
    }};
}

fn main() {
    let mut arguments = Arguments::from_args();
    // Every test starts a dozen processes, and mostly waits for them.
    arguments.test_threads.get_or_insert(6);
    #[cfg_attr(not(feature = "libzmq"), expect(unused_mut))]
    let mut trials = trials![
        engines::join_within_two_periods_and_take_the_id_of_their_rank,
        engines::leave_on_sigterm_even_while_code_runs,
        engines::are_launched_by_ipcluster,
        engines::that_come_late_are_used,
        engines::are_driven_by_the_example,
        requests::run_on_chosen_engines,
        requests::tell_what_failed_and_leave_the_engine_alive,
        requests::are_broadcast,
        requests::go_to_whichever_engine_is_free,
        requests::are_taken_back_and_interrupted_while_another_runs,
        requests::a_thousand_are_pipelined,
        requests::a_flood_of_output_is_complete_and_in_order,
        requests::large_buffers_come_back_whole,
        requests::are_remembered_by_the_hub,
        python::a_python_client_drives_the_engines,
        faults::a_killed_engine_fails_what_it_had,
        faults::an_engine_lost_in_a_task_is_replaced,
        faults::a_lost_controller_is_noticed_by_all,
        faults::an_engine_leaves_a_controller_that_is_silent,
        faults::another_key_joins_nothing,
        faults::a_changed_buffer_reaches_no_code,
        restarts::a_restart_of_the_controller_is_survived,
        restarts::a_controller_that_forgot_its_engines_is_left,
    ];
    #[cfg(feature = "libzmq")]
    trials.extend(trials![encryption::hides_what_is_said]);
    libtest_mimic::run(&arguments, trials).exit();
}
