use crate::cluster::Cluster;

pub(crate) async fn a_python_client_drives_the_engines() {
    let cluster = Cluster::start(2);
    cluster.client(2).await;
    let told = tokio::task::block_in_place(|| cluster.python("python_client.py", &[]));
    assert_eq!(told.lines().last(), Some("all as with Python's engines"), "{told}");
}
