"""Exit with 0 when Dagster's code server answers at its socket: `deploy/code_is_serving.py SOCKET`.

A health check of its own, for it runs twice a minute and `dagster api grpc-health-check` takes seconds to start.
"""

import sys

import grpc
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub

if __name__ == "__main__":
    try:
        with grpc.insecure_channel(f"unix:{sys.argv[1]}") as channel:
            answer = HealthStub(channel).Check(HealthCheckRequest(service="DagsterApi"), timeout=5)
    except grpc.RpcError:
        sys.exit(1)
    sys.exit(answer.status != HealthCheckResponse.SERVING)
