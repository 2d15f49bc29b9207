//! Tells cargo when the files that a release build embeds have changed.

fn main() {
    for folder in ["../www/dist", "../wasm/pkg"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
