//! GeoJSON (RFC 7946): one feature an event; those without coordinates have no geometry.

use crate::store::timeline::TimelineRow;
use serde_json::{Value, json};

pub fn write(rows: &[TimelineRow]) -> String {
    let features: Vec<Value> = rows.iter().map(feature).collect();
    format!("{}\n", json!({ "type": "FeatureCollection", "features": features }))
}

fn feature(row: &TimelineRow) -> Value {
    let point = row.latitude.zip(row.longitude);
    let geometry = point.map_or(
        Value::Null,
        |(latitude, longitude)| json!({ "type": "Point", "coordinates": [longitude, latitude] }),
    );
    json!({ "type": "Feature", "id": row.event_id, "geometry": geometry, "properties": row })
}
