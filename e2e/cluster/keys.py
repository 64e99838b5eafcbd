"""Who the cluster's parts are to one another: certificates of one authority, tokens, and a kubeconfig each."""

import secrets
from dataclasses import dataclass, field
from pathlib import Path

from e2e.cluster.commands import run
from e2e.cluster.folder import Folder

HOST = "10.200.0.1"  # of the control plane, on the bridge that all nodes are at
API = f"https://{HOST}:6443"
DAYS = "30"
SERVER_NAMES = ("kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local")
SERVER_ADDRESSES = ("10.201.0.1", HOST, "127.0.0.1")
KUBECONFIG = """\
apiVersion: v1
kind: Config
clusters: [{{name: c, cluster: {{server: {api}, certificate-authority: {authority}}}}}]
users: [{{name: u, user: {{token: {token}}}}}]
contexts: [{{name: x, context: {{cluster: c, user: u}}}}]
current-context: x
"""
ADMINISTRATORS = "system:masters"


@dataclass
class Keys:
    folder: Folder
    _tokens: list[str] = field(default_factory=list)

    @property
    def at(self) -> Path:
        return self.folder.running / "keys"

    def __getitem__(self, name: str) -> Path:
        return self.at / name

    def make(self, nodes: list[str]) -> None:
        """The authority, everybody's certificates and kubeconfigs."""
        self.at.mkdir(parents=True)
        run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", DAYS, "-subj", "/CN=ca",
            "-keyout", self["ca.key"], "-out", self["ca.crt"])  # fmt: skip
        names = [f"DNS:{name}" for name in SERVER_NAMES] + [f"IP:{address}" for address in SERVER_ADDRESSES]
        self._sign("apiserver", "/CN=kube-apiserver", ",".join(names))
        self._sign("kubelet-client", f"/O={ADMINISTRATORS}/CN=kubelet-client")
        self._sign("front-proxy", "/CN=front-proxy")
        run("openssl", "genrsa", "-out", self["accounts.key"], "2048")
        run("openssl", "rsa", "-in", self["accounts.key"], "-pubout", "-out", self["accounts.pub"])
        self._user("admin", "admin", ADMINISTRATORS)
        self._user("controllers", "system:kube-controller-manager")
        self._user("scheduler", "system:kube-scheduler")
        self._user("proxy", "system:kube-proxy")
        for name in ("router", "metrics", "kwok"):
            self._user(name, name, ADMINISTRATORS)
        for node in nodes:
            self._user(node, f"system:node:{node}", "system:nodes")
        self["tokens.csv"].write_text("".join(self._tokens), "utf-8")

    def _sign(self, name: str, subject: str, names: str = "") -> None:
        key, request = self[f"{name}.key"], self[f"{name}.csr"]
        run("openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj", subject, "-keyout", key, "-out", request)
        extensions = self[f"{name}.ext"]
        extensions.write_text(f"subjectAltName={names}\n" if names else "basicConstraints=CA:FALSE\n", "utf-8")
        run("openssl", "x509", "-req", "-in", request, "-CA", self["ca.crt"], "-CAkey", self["ca.key"],
            "-CAcreateserial", "-days", DAYS, "-extfile", extensions, "-out", self[f"{name}.crt"])  # fmt: skip

    def _user(self, name: str, user: str, group: str = "") -> None:
        token = secrets.token_hex(16)
        self._tokens.append(f"{token},{user},{user}{f',"{group}"' if group else ''}\n")
        text = KUBECONFIG.format(api=API, authority=self["ca.crt"], token=token)
        (self.folder.running / f"{name}.kubeconfig").write_text(text, "utf-8")

    def kubeconfig(self, name: str) -> Path:
        return self.folder.running / f"{name}.kubeconfig"
