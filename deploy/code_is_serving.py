"""Exit with 0 when Dagster's code server answers: `deploy/code_is_serving.py [PORT]`.

A health check of its own, for it runs twice a minute and `dagster api grpc-health-check` takes seconds to start.
"""

import sys

import grpc
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub

if __name__ == "__main__":
    port = sys.argv[1] if len(sys.argv) > 1 else "4000"
    try:
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            answer = HealthStub(channel).Check(HealthCheckRequest(service="DagsterApi"), timeout=5)
    except grpc.RpcError:
        sys.exit(1)
    sys.exit(answer.status != HealthCheckResponse.SERVING)
