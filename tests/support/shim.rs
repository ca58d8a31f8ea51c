//! A wall clock that can be moved, a disk that can be full and a name server that can fall silent, for one program
//! under test: see `shim.c`.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::Command;

pub struct Shim {
    orders: File,
    /// For the environment of the program.
    pub environment: Vec<(String, String)>,
}

impl Shim {
    /// Compiles the shim into `folder`; needs a C compiler, as the program itself does.
    pub fn new(folder: &Path) -> Shim {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/shim.c");
        let library = folder.join("shim.so");
        let compiled =
            Command::new("cc").args(["-O1", "-shared", "-fPIC", "-o"]).arg(&library).arg(source).status();
        assert!(compiled.expect("a C compiler").success());
        let path = folder.join("orders");
        let orders =
            File::options().create(true).truncate(true).write(true).open(&path).expect("a writable folder");
        orders.write_all_at(&[0; 24], 0).expect("orders written");
        let pair = |name: &str, path: &Path| (name.to_owned(), path.display().to_string());
        Shim { orders, environment: vec![pair("LD_PRELOAD", &library), pair("DATELINE_TEST_ORDERS", &path)] }
    }

    /// Orders `what`, a field of `struct orders` in `shim.c`, from now on: `clock_s`, by how many seconds the wall clock
    /// is ahead; `write_error`, the error that writes to the database end with (0: none); or `silent_s`, after how
    /// many seconds a question for a name ends without an answer (0: it is answered).
    pub fn order(&self, what: &str, value: i64) {
        let at = match what {
            "clock_s" => 0,
            "write_error" => 8,
            "silent_s" => 16,
            _ => panic!("there is no order {what}"),
        };
        self.orders.write_all_at(&value.to_ne_bytes(), at).expect("orders written");
    }
}
