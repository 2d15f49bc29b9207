//! What `std` would bring, for a module that has no use for the rest of it.

use core::panic::PanicInfo;

// A third of the size of the one that `std` brings.
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// Nobody could read a message: the call ends in a `WebAssembly.RuntimeError` either way.
#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
