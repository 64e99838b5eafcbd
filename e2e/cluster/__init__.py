"""A real Kubernetes on this machine, and the chart played in it: `make cluster` builds it, starts it, plays every
scenario under orders, says what was seen, and ends it.

Nodes are network, mount and UTS namespaces of this machine; everything comes from package registries: Kubernetes, etcd,
CoreDNS, kube-router and metrics-server are compiled from their Go modules, containerd and runc are Debian's, images are
made by buildah. It takes root, Debian's apt, Go, gcc, openssl and kubectl. docs/cluster.md says more.
"""
