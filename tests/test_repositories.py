"""Repositories beside those of a release: their packages are no version of the release's."""

import pytest

from manifest_tools import claimed

REMI = "RUN yum install -y http://rpms.remirepo.net/enterprise/remi-release-7.rpm\n"
SURY = 'RUN echo "deb https://packages.sury.org/php/ $(lsb_release -sc) main" > /etc/apt/sources.list.d/a.list\n'


def said(dockerfile: str, product: str) -> list[str]:
    """What a Dockerfile claims of a product, as written there and as understood."""
    return [f"{claim.text} {claim.says}" for claim in claimed({"Dockerfile": dockerfile}) if claim.product == product]


@pytest.mark.parametrize(
    ("dockerfile", "expected"),
    [
        (f"FROM centos:7\n{REMI}RUN yum-config-manager --enable remi-php74\nRUN yum install -y php", ["php 7.4"]),
        ("FROM centos:7\nRUN yum install -y --enablerepo=remi,remi-php73 php", ["php 7.3"]),
        ("FROM centos:7\nARG V=72\nRUN yum install -y --enablerepo=remi-php${V} php-cli", ["php-cli 7.2"]),
        ("FROM centos:7\nARG V\nRUN yum install -y --enablerepo=remi-php${V} php-cli", []),
        ("FROM centos:7\nRUN yum --enablerepo=remi install -y php", []),
        ("FROM centos:6\nCOPY docker/remi.repo /etc/yum.repos.d/\nRUN yum install -y php", []),
        ("FROM ubuntu:16.04\nRUN add-apt-repository -y ppa:ondrej/php && apt-get install -y php", []),
        ("FROM ubuntu:16.04\nRUN add-apt-repository ppa:ondrej/php; apt install -y php php7.2", ["php7.2 7.2"]),
        ("FROM ubuntu:14.04\nRUN add-apt-repository ppa:ondrej/php5-5.6 && apt install php5-cli", ["php5-cli 5.6"]),
        ("FROM ubuntu:14.04\nRUN add-apt-repository ppa:ondrej/php5 && apt-get install -y php5-cli", []),
        (f"FROM debian:9\n{SURY}RUN apt-get install -y php-cli php8.1", ["php8.1 8.1"]),
        ("FROM alpine:3.5\nRUN apk add -X http://dl-cdn.alpinelinux.org/alpine/edge/community php7", []),
        ("FROM ubuntu:16.04 AS a\nRUN add-apt-repository ppa:ondrej/php\nFROM a\nRUN apt-get install -y php", []),
        ("FROM centos:8\nRUN dnf -y module enable php:7.2 && dnf -y install php-cli", ["php-cli 7.2"]),
        ("FROM rockylinux:8\nRUN dnf -y module install php:remi-8.0/minimal", ["php:remi-8.0 8.0"]),
        ("FROM rockylinux:8\nRUN dnf -y install @php:7.4", ["@php:7.4 7.4"]),
        ("FROM amazonlinux:2\nRUN amazon-linux-extras enable php7.4\nRUN yum install -y php-cli", ["php-cli 7.4"]),
        ("FROM amazonlinux:2\nRUN amazon-linux-extras install -y php7.2", ["php7.2 7.2"]),
    ],
)
def test_a_package_of_another_repository_has_what_that_tells(dockerfile: str, expected: list[str]) -> None:
    assert said(dockerfile, "php") == expected


@pytest.mark.parametrize(
    "dockerfile",
    [
        "FROM ubuntu:16.04\nRUN apt-get install -y php\nRUN add-apt-repository ppa:ondrej/php",
        "FROM ubuntu:16.04\nRUN add-apt-repository ppa:nginx/stable && apt-get install -y php",
        "FROM ubuntu:16.04 AS a\nRUN add-apt-repository ppa:ondrej/php\nFROM ubuntu:16.04\nRUN apt-get install -y php",
    ],
    ids=["later", "of something else", "in another stage"],
)
def test_elsewhere_the_release_counts(dockerfile: str) -> None:
    assert said(dockerfile, "php") == ["php 7.0.33"]


def test_a_repository_counts_for_what_it_has_alone() -> None:
    dockerfile = "FROM ubuntu:14.04\nRUN add-apt-repository ppa:ondrej/php && apt-get install -y php5 python3 python2.7"
    assert said(dockerfile, "python") == ["python3 3.4.3", "python2.7 2.7.6"]
    dockerfile = "FROM ubuntu:14.04\nRUN add-apt-repository ppa:fkrull/deadsnakes-python2.7 && apt install python2.7"
    assert said(dockerfile, "python") == ["python2.7 2.7"]


@pytest.mark.parametrize(
    ("first", "expected"),
    [("add-apt-repository -y ppa:ondrej/php", ["php-cli 8.3"]), ("make", ["php-cli 8.3", "php-curl 8.3"])],
)
def test_so_does_a_job(first: str, expected: list[str]) -> None:
    commands = ["apt-get install -y php-cli", first, "sudo apt-get install -y php-curl"]
    steps = "".join(f"      - run: {command}\n" for command in commands)
    workflow = f"jobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n{steps}"
    found = claimed({".github/workflows/ci.yml": workflow})
    assert [f"{claim.text} {claim.says}" for claim in found if claim.product == "php"] == expected
