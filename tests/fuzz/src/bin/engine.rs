//! libFuzzer over one target, whose name it finds in SAMKLANG_FUZZ_TARGET. The input that is under way is kept in the file that
//! SAMKLANG_FUZZ_CURRENT names: an overflow of the stack leaves the engine no chance to write it down itself.
#![no_main]
#![allow(clippy::expect_used, reason = "test support: a panic is the report")]

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use samklang_fuzz::Target;

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let name = std::env::var("SAMKLANG_FUZZ_TARGET").expect("SAMKLANG_FUZZ_TARGET names a target");
    Target::named(&name).expect("SAMKLANG_FUZZ_TARGET names a target that there is")
});

static CURRENT: LazyLock<Option<File>> = LazyLock::new(|| {
    let path = std::env::var_os("SAMKLANG_FUZZ_CURRENT")?;
    Some(File::create(path).expect("the file for the current input can be made"))
});

fuzz_target!(|octets: &[u8]| {
    if let Some(file) = &*CURRENT {
        file.set_len(0)
            .and_then(|()| file.write_all_at(octets, 0))
            .expect("the current input can be kept");
    }
    TARGET.run(octets);
});
