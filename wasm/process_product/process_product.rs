//! `process_product`: takes `{"id": "…"}`, reads the product through GraphQL as its caller, checks it, gives it a
//! description where it has none, and answers `{"status": "success", …}`.

#[path = "../sdk/rust/apprun.rs"]
mod apprun;

use apprun::{graphql, log, quote, string};

const READ: &str = "query ($id: UUID!) { product(id: $id) { id name description } }";
const WRITE: &str = "mutation ($id: UUID!, $patch: ProductPatch!) { updateProduct(id: $id, patch: $patch) { id description } }";

fn process(input: &str) -> Result<String, String> {
    let id = string(input, "id").ok_or("the input must be {\"id\": \"…\"}")?;
    let found = asked(READ, &format!("{{\"id\":{}}}", quote(&id)))?;
    let name = string(&found, "name").ok_or_else(|| format!("there is no product {id}"))?;
    let name = name.trim();
    if name.chars().count() < 2 {
        return Err(format!("the name {} is too short to process", quote(name)));
    }
    let words = name.split_whitespace().count();
    let description = match string(&found, "description").filter(|text| !text.trim().is_empty()) {
        Some(own) if own.starts_with("Processed: ") => own,
        Some(own) => format!("Processed: {own}"),
        None => format!("Processed: {name}, {words} words, {} characters", name.chars().count()),
    };
    let patch = format!("{{\"id\":{},\"patch\":{{\"description\":{}}}}}", quote(&id), quote(&description));
    asked(WRITE, &patch)?;
    log(&format!("processed {id}"));
    Ok(format!(
        "{{\"status\":\"success\",\"id\":{},\"name\":{},\"description\":{}}}",
        quote(&id),
        quote(name),
        quote(&description)
    ))
}

/// The reply, or the message of its first error.
fn asked(query: &str, variables: &str) -> Result<String, String> {
    let reply = graphql(query, variables);
    if reply.contains("\"errors\":[") {
        return Err(string(&reply, "message").unwrap_or(reply));
    }
    Ok(reply)
}

handler!(process);
