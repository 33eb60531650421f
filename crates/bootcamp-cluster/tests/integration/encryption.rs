//! What only the C library's transport does.

use bootcamp_cluster::client::{Client, Request};
use bootcamp_cluster::connection::CurveKey;
use bootcamp_cluster::transport::Pure;

use crate::cluster::Cluster;

pub(crate) async fn hides_what_is_said() {
    let mut cluster = Cluster::new();
    cluster.controller_with(&[], &[("IPP_ENABLE_CURVE", "1")]);
    cluster.engine();
    let client = cluster.client(1).await;
    let blob = vec![7; 3_000_000];
    let request = Request::new("blob_request", serde_json::json!({})).buffer(blob.clone());
    let reply = client.direct(0).submit(&request).unwrap().swap_remove(0).reply().await.unwrap();
    assert_eq!(reply.buffers, [blob]);
    let echo = Request::execute("echo secret");
    let (reply, outputs) = client.balanced().submit(&echo).unwrap().finish().await;
    assert_eq!((reply.unwrap().engine, outputs.len()), (Some(0), 1));

    // Who does not know the key gets nowhere, and is told why.
    let mut connection = cluster.profile().client().await.unwrap();
    assert!(format!("{connection:?}").contains("CurveKey(..)"));
    let plain = Client::connect_by(connection.clone(), Pure).await.unwrap_err().to_string();
    assert!(plain.starts_with("nobody answers at tcp://127.0.0.1:"), "{plain}");
    connection.curve = Some(CurveKey::parse("Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID").unwrap());
    let other = Client::connect(connection).await.unwrap_err().to_string();
    assert!(other.starts_with("nobody answers at tcp://127.0.0.1:"), "{other}");
}
