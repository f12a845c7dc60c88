//! What a function written in Rust needs: `alloc`, the host's imports, JSON text in and out. Copy it beside your source:
//!
//! ```ignore
//! #[path = "apprun.rs"] mod apprun;
//! fn answer(input: &str) -> Result<String, String> { Ok(format!("{{\"got\":{input}}}")) }
//! apprun::handler!(answer);
//! ```
//!
//! Works with `std` on target wasm32-unknown-unknown, and needs no crate: JSON stays text here; `string`, `text_of` and
//! `quote` are enough for small answers, serde_json does the rest.
#![allow(dead_code)]

mod host {
    #[link(wasm_import_module = "host")]
    extern "C" {
        pub fn log(text: *const u8, len: usize);
        pub fn fail(text: *const u8, len: usize);
        pub fn graphql(query: *const u8, query_len: usize, variables: *const u8, variables_len: usize) -> usize;
        pub fn reply(room: *mut u8);
    }
}

/// Makes room for the input. The host calls it before `handle`.
#[no_mangle]
pub extern "C" fn alloc(len: usize) -> *mut u8 {
    leak(Vec::with_capacity(len))
}

/// Writes a line to the log of this call.
pub fn log(text: &str) {
    unsafe { host::log(text.as_ptr(), text.len()) }
}

/// Runs a GraphQL operation as whoever invoked the function; gives the result as JSON text, `data` and `errors`.
pub fn graphql(query: &str, variables: &str) -> String {
    unsafe {
        let len = host::graphql(query.as_ptr(), query.len(), variables.as_ptr(), variables.len());
        let mut reply = Vec::with_capacity(len);
        host::reply(reply.as_mut_ptr());
        reply.set_len(len);
        String::from_utf8_unchecked(reply)
    }
}

/// Exports `handle` over a function from JSON text to JSON text; an `Err` ends the call as FAILED with its text.
#[macro_export]
macro_rules! handler {
    ($answer:path) => {
        #[no_mangle]
        pub extern "C" fn handle(input: *mut u8, len: usize) -> u64 {
            let text = unsafe { String::from_utf8_unchecked(Vec::from_raw_parts(input, len, len)) };
            apprun::finish($answer(&text))
        }
    };
}

pub fn finish(answer: Result<String, String>) -> u64 {
    match answer {
        Ok(text) => {
            let len = text.len() as u64;
            (leak(text.into_bytes()) as u64) << 32 | len
        }
        Err(reason) => {
            unsafe { host::fail(reason.as_ptr(), reason.len()) };
            0
        }
    }
}

/// The memory of a call ends with the call: nothing has to be given back.
fn leak(mut bytes: Vec<u8>) -> *mut u8 {
    let pointer = bytes.as_mut_ptr();
    std::mem::forget(bytes);
    pointer
}

/// The text of the first string member of this name, anywhere in the JSON; None when there is none.
pub fn string(json: &str, name: &str) -> Option<String> {
    let key = format!("\"{name}\"");
    let mut rest = json;
    while let Some(at) = rest.find(&key) {
        rest = rest[at + key.len()..].trim_start();
        if let Some(value) = rest.strip_prefix(':') {
            return text_of(value.trim_start());
        }
    }
    None
}

/// The text of a JSON string at the start of `json`.
pub fn text_of(json: &str) -> Option<String> {
    let mut text = String::new();
    let mut chars = json.strip_prefix('"')?.chars();
    let unit = |chars: &mut std::str::Chars| u32::from_str_radix(&chars.by_ref().take(4).collect::<String>(), 16).ok();
    loop {
        match chars.next()? {
            '"' => return Some(text),
            '\\' => match chars.next()? {
                'n' => text.push('\n'),
                't' => text.push('\t'),
                'r' => text.push('\r'),
                'b' => text.push('\u{8}'),
                'f' => text.push('\u{c}'),
                'u' => {
                    let mut code = unit(&mut chars)?;
                    if (0xd800..0xdc00).contains(&code) && chars.next()? == '\\' && chars.next()? == 'u' {
                        code = 0x10000 + ((code - 0xd800) << 10) + unit(&mut chars)?.wrapping_sub(0xdc00);
                    }
                    text.push(char::from_u32(code)?);
                }
                other => text.push(other),
            },
            other => text.push(other),
        }
    }
}

/// A text as a JSON string.
pub fn quote(text: &str) -> String {
    let mut json = String::from("\"");
    for char in text.chars() {
        match char {
            '"' | '\\' => json.extend(['\\', char]),
            control if control < ' ' => json.push_str(&format!("\\u{:04x}", control as u32)),
            other => json.push(other),
        }
    }
    json.push('"');
    json
}
