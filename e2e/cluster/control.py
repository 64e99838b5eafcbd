"""The control plane, in the namespace outside the nodes."""

from e2e.cluster.commands import INSIDE_IT, OUTSIDE, begin, outside, run, until
from e2e.cluster.folder import Folder
from e2e.cluster.keys import HOST, Keys

BRIDGE = "br0"
SERVICES = "10.201.0.0/16"
PODS = "10.202.0.0/16"
STARTED_SECONDS = 300


def network() -> None:
    """A namespace with a bridge, at which each node will have a port."""
    run("ip", "netns", "add", OUTSIDE)
    outside("ip", "link", "set", "lo", "up")
    outside("ip", "link", "add", BRIDGE, "type", "bridge")
    outside("ip", "addr", "add", f"{HOST}/24", "dev", BRIDGE)
    outside("ip", "link", "set", BRIDGE, "up")
    outside("ip", "route", "add", SERVICES, "dev", BRIDGE)  # kube-proxy turns a service's address into a pod's
    outside("sysctl", "-qw", "net.ipv4.ip_forward=1")


def flags(**said: object) -> list[str]:
    return [f"--{name.replace('_', '-')}={value}" for name, value in said.items()]


def start(folder: Folder, name: str, *command: str) -> None:
    begin([*INSIDE_IT, folder.binary(command[0]), *command[1:]], folder.log(name))


def control_plane(folder: Folder, keys: Keys) -> None:
    at = "http://127.0.0.1:2379"
    peers = "http://127.0.0.1:2380"
    start(folder, "etcd", "etcd", *flags(
        data_dir=folder.running / "etcd", listen_client_urls=at, advertise_client_urls=at, listen_peer_urls=peers,
    ), "--unsafe-no-fsync")  # fmt: skip
    start(folder, "apiserver", "kube-apiserver", *api_server(keys, at))
    until("the API server", lambda: outside("kubectl", "--kubeconfig", str(folder.admin), "get", "--raw", "/readyz"),
          STARTED_SECONDS)  # fmt: skip
    admin = folder.admin
    judged = flags(authentication_kubeconfig=admin, authorization_kubeconfig=admin, leader_elect="false")
    start(folder, "controllers", "kube-controller-manager", *judged, *flags(
        kubeconfig=keys.kubeconfig("controllers"), root_ca_file=keys["ca.crt"], cluster_cidr=PODS,
        service_account_private_key_file=keys["accounts.key"], use_service_account_credentials="true",
    ))  # fmt: skip
    start(folder, "scheduler", "kube-scheduler", *judged, *flags(kubeconfig=keys.kubeconfig("scheduler")))


def api_server(keys: Keys, etcd: str) -> list[str]:
    return flags(
        etcd_servers=etcd,
        advertise_address=HOST,
        secure_port=6443,
        service_cluster_ip_range=SERVICES,
        authorization_mode="Node,RBAC",
        enable_admission_plugins="NodeRestriction",
        token_auth_file=keys["tokens.csv"],
        client_ca_file=keys["ca.crt"],
        tls_cert_file=keys["apiserver.crt"],
        tls_private_key_file=keys["apiserver.key"],
        service_account_key_file=keys["accounts.pub"],
        service_account_signing_key_file=keys["accounts.key"],
        service_account_issuer="https://kubernetes.default.svc",
        kubelet_client_certificate=keys["kubelet-client.crt"],
        kubelet_client_key=keys["kubelet-client.key"],
        kubelet_preferred_address_types="InternalIP",
        requestheader_client_ca_file=keys["ca.crt"],
        requestheader_allowed_names="front-proxy",
        requestheader_extra_headers_prefix="X-Remote-Extra-",
        requestheader_group_headers="X-Remote-Group",
        requestheader_username_headers="X-Remote-User",
        proxy_client_cert_file=keys["front-proxy.crt"],
        proxy_client_key_file=keys["front-proxy.key"],
        enable_aggregator_routing="true",
        allow_privileged="true",
    )


def outside_proxy(folder: Folder, keys: Keys) -> None:
    """Who calls from outside asks a service by its address, as an ingress would."""
    config = folder.running / "proxy.yaml"
    config.write_text(proxy_config(keys, "outside"), "utf-8")
    start(folder, "proxy", "kube-proxy", f"--config={config}")


def proxy_config(keys: Keys, name: str) -> str:
    return f"""\
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: iptables
hostnameOverride: {name}
clusterCIDR: {PODS}
clientConnection: {{kubeconfig: {keys.kubeconfig("proxy")}}}
conntrack: {{maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s}}
"""


def metrics(folder: Folder, keys: Keys) -> None:
    """metrics-server, outside the nodes: autoscalers ask it how busy pods are."""
    config = keys.kubeconfig("metrics")
    start(folder, "metrics", "metrics-server", *flags(
        kubeconfig=config, authentication_kubeconfig=config, authorization_kubeconfig=config,
        kubelet_preferred_address_types="InternalIP", secure_port=4443, cert_dir=folder.running / "metrics",
        metric_resolution="15s",
    ), "--kubelet-insecure-tls")  # fmt: skip
