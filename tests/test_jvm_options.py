"""The options that Dockerfiles and compose files start a JVM with."""

from pathlib import Path

import pytest

from tlsscan.model import Level
from tree_scans import scanned, told

CLIENT = (
    "import java.net.URL;\nimport javax.net.ssl.HttpsURLConnection;\nclass A { void a() throws Exception {\n"
    '  ((HttpsURLConnection) new URL("https://x").openConnection()).getInputStream();\n} }\n'
)
JAVA_7 = "FROM openjdk:7\nCOPY . .\n"


@pytest.mark.parametrize(
    ("start", "level"),
    [
        ('ENV JAVA_OPTS="-Xmx1g -Dhttps.protocols=TLSv1.2"\n', Level.NOTE),
        ('CMD ["java", "-Djdk.tls.client.protocols=TLSv1.2", "-jar", "a.jar"]\n', Level.NOTE),
        ('CMD ["java", "-jar", "a.jar"]\n', Level.WARNING),
        ("# java -Dhttps.protocols=TLSv1.2\n", Level.WARNING),
        ("RUN mvn -Dhttps.protocols=TLSv1.2 package\n", Level.WARNING),
        ("ENV JAVA_OPTS=-Dhttps.protocols=$PROTOCOLS\n", Level.WARNING),
    ],
)
def test_what_the_jvm_is_started_with_decides_for_code_that_sets_nothing(
    tmp_path: Path, start: str, level: Level
) -> None:
    report = scanned(tmp_path, {"Dockerfile": f"{JAVA_7}{start}", "A.java": CLIENT})
    assert [f.level for f in report.findings if f.usage.rule == "runtimes/java"] == [level]


def test_they_are_findings_themselves(tmp_path: Path) -> None:
    files = {
        "Dockerfile": (
            "FROM maven:3 AS build\nENV MAVEN_OPTS=-Dhttps.protocols=SSLv3\nFROM openjdk:11 AS base\n"
            "ENV OPTIONS -Dhttps.protocols=TLSv1,TLSv1.1\nFROM base\nCMD java $OPTIONS -Dother=TLSv1\n"
        ),
        "docker-compose.yml": (
            "services:\n  a:\n    image: acme/a:1\n    environment:\n"
            "      JAVA_OPTS: -Djdk.tls.client.protocols=TLSv1.2  # -Dhttps.protocols=SSLv3 \n"
            "      # X: -Dhttps.protocols=SSLv3\n"
        ),
        "Dockerfile.test": "FROM openjdk:11\nENV OPTIONS -Dhttps.protocols=TLSv1\n",
    }
    found = {place: said for place, said in told(scanned(tmp_path, files)).items() if "-D" in place}
    assert found == {
        "Dockerfile:4 -Dhttps.protocols=TLSv1,TLSv1.1": "fails",
        "docker-compose.yml:5 -Djdk.tls.client.protocols=TLSv1.2": "caps TLSv1.2",
    }
