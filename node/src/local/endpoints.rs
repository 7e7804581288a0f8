//! `endpoints.json`: where the nodes of a local network listen, for programs and tests.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::local::network::{LocalError, read, write};
use crate::local::ports::NodePorts;

/// Name of the file in the folder of the network.
const FILE: &str = "endpoints.json";

/// The whole file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Endpoints {
    /// Identity of the network.
    pub chain_id: String,
    /// Path of the genesis document.
    pub genesis: String,
    /// The nodes, validators first.
    pub nodes: Vec<NodeEndpoints>,
}

/// One node.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NodeEndpoints {
    /// Name in the genesis.
    pub name: String,
    /// `validator` or `observer`.
    pub role: String,
    /// `host:port` for other nodes.
    pub peers: String,
    /// `host:port` for clients.
    pub grpc: String,
    /// `host:port` of REST and console; reserved.
    pub http: String,
    /// `host:port` of metrics and health.
    pub operations: String,
}

impl NodeEndpoints {
    /// The endpoints of a node on this machine.
    pub(crate) fn local(name: &str, role: &str, ports: &NodePorts) -> NodeEndpoints {
        let at = |port: u16| format!("127.0.0.1:{port}");
        NodeEndpoints {
            name: name.to_owned(),
            role: role.to_owned(),
            peers: at(ports.peers),
            grpc: at(ports.grpc),
            http: at(ports.http),
            operations: at(ports.operations),
        }
    }
}

impl Endpoints {
    /// Reads the file of a network's folder.
    ///
    /// # Errors
    /// [`LocalError::File`] or [`LocalError::Folder`].
    pub fn read(folder: &Path) -> Result<Endpoints, LocalError> {
        let path = folder.join(FILE);
        serde_json::from_str(&read(&path)?).map_err(|error| unusable(&path, &error))
    }

    pub(crate) fn write(&self, folder: &Path) -> Result<(), LocalError> {
        let path = folder.join(FILE);
        let text = serde_json::to_string_pretty(self).map_err(|error| unusable(&path, &error))?;
        write(&path, &format!("{text}\n"))
    }
}

fn unusable(path: &Path, error: &serde_json::Error) -> LocalError {
    LocalError::Folder {
        path: path.display().to_string(),
        why: error.to_string(),
    }
}
