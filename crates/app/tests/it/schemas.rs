//! What clients are told about the tools does not change by accident.

use serde_json::json;

use crate::support::Place;

#[test]
fn tools() {
    let place = Place::without_database();
    let mut client = place.initialized_client();
    let answer = client.ask("tools/list", &json!({}));
    insta::assert_json_snapshot!(answer["result"]["tools"]);
}
