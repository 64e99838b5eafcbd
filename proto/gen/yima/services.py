"""Generated from services/services.toml; do not edit."""

PORTS = {
    "identity": 8701,
    "partners": 8702,
    "catalog": 8703,
    "ordering": 8704,
    "settlement": 8705,
    "consent": 8706,
    "records": 8707,
    "notifications": 8710,
}
SERVICES = tuple(PORTS)
