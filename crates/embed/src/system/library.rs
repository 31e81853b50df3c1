//! Libraries that are opened at run time.

use std::ffi::{CStr, CString, c_void};
use std::ptr::NonNull;

/// Opens a library for good, or says in the linker's words why not.
pub(crate) fn open_library(file: &str) -> Result<NonNull<c_void>, String> {
    let file = CString::new(file).map_err(|error| error.to_string())?;
    // SAFETY: the name is a C string. What CUDA's libraries do when they are opened is as sound as it
    // is when they are linked.
    let handle = unsafe { libc::dlopen(file.as_ptr(), libc::RTLD_LAZY | libc::RTLD_LOCAL) };
    NonNull::new(handle).ok_or_else(|| {
        // SAFETY: after a failure it is null or a C string that lives until this thread's next call.
        let text = unsafe { NonNull::new(libc::dlerror()).map(|e| CStr::from_ptr(e.as_ptr())) };
        text.map_or_else(|| "no reason given".into(), |text| text.to_string_lossy().into_owned())
    })
}

/// A function's address in an open library.
pub(crate) fn find_function(library: NonNull<c_void>, function: &str) -> Option<usize> {
    let function = CString::new(function).ok()?;
    // SAFETY: the library is open for good, the name is a C string.
    let address = unsafe { libc::dlsym(library.as_ptr(), function.as_ptr()) };
    NonNull::new(address).map(|address| address.as_ptr() as usize)
}
