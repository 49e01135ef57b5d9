"""How runtimes spell their versions, and package managers their constraints."""

import pytest

from manifest_tools import claimed
from tlsscan.manifests import names, ranges


def spelled(meant: names.Meant) -> list[str]:
    return [f"{product} {' | '.join(map(str, spans))}" for product, spans in meant]


@pytest.mark.parametrize(
    ("grammar", "text", "expected"),
    [
        ("python", "python-2.7.18", ["python 2.7.18"]),
        ("python", "py310", ["python 3.10"]),
        ("python", "3.x", ["python 3"]),
        ("python", "3.13t", ["python 3.13"]),
        ("python", "pypy2.7-5.8.0", ["pypy 2.7"]),
        ("python", "pypy", []),
        ("python", ">=3.8 <3.10", ["python >=3.8,<3.10"]),
        ("python", "miniconda3-4.7.12", []),
        ("ruby", "ruby-2.7.8p225", ["ruby 2.7.8"]),
        ("ruby", "2.1.5-p273", ["ruby 2.1.5"]),
        ("ruby", "ree-1.8.7", ["ruby 1.8.7"]),
        ("ruby", "jruby-9.3.4.0", ["jruby 9.3.4.0"]),
        ("ruby", "jruby-19mode", []),
        ("ruby", "head", []),
        ("ruby", "2.6.x", ["ruby 2.6"]),
        ("php", "7.4snapshot", ["php 7.4"]),
        ("php", "hhvm", []),
        ("php", "56", ["php 5.6"]),
        ("java", "8u181", ["java 8u181"]),
        ("java", "oraclejdk8", ["java 8"]),
        ("java", "temurin-17.0.9+9", ["java 17.0.9"]),
        ("java", "corretto-8.252.09.1", ["java 8u252"]),
        ("java", "zulu-8.48.0.53", ["java 8"]),
        ("java", "graalvm-ce-java11-20.3.0", ["java 11"]),
        ("java", "22.3.r17-grl", ["java 17"]),
        ("java", "jdk_21_latest", ["java 21"]),
        ("java", "openjdk-ea", []),
        ("java", "JDK 1.8 (latest)", ["java 1.8"]),
        ("java", "JDK 1", []),
        ("java", "1.21", ["java 21"]),
        ("level", "JavaVersion.VERSION_1_8", ["java >=8"]),
        ("level", "1.7", ["java >=7"]),
        ("level", "J2SE-1.5", ["java >=5"]),
        ("level", "jsr14", []),
        ("frameworks", "netstandard2.0;net462;net8.0-windows", ["netfx 4.6.2", "dotnet 8.0"]),
        ("frameworks", "net40-client", ["netfx 4.0"]),
        ("frameworks", "net4", ["netfx 4"]),
        ("frameworks", "net4.7.2", ["netfx 4.7.2"]),
        ("frameworks", "portable-net45+win8;uap10.0", []),
        ("framework", ".NETFramework,Version=v4.5.2", ["netfx 4.5.2"]),
        ("runtime", "python310", ["python 3.10"]),
        ("runtime", "java8.al2", ["java 8"]),
        ("runtime", "dotnetcore2.1", ["dotnet 2.1"]),
        ("runtime", "php-73", ["php 7.3"]),
        ("runtime", "TOMCAT|8.5-jre8", ["java 8"]),
        ("runtime", "nodejs12.x", []),
    ],
)
def test_names_of_versions(grammar: str, text: str, expected: list[str]) -> None:
    assert spelled(names.NAMES[grammar](text)) == expected


@pytest.mark.parametrize(
    ("grammar", "text", "expected"),
    [
        ("bounds", ">=2.7, !=3.0.*, <4", [">=2.7,<4"]),
        ("bounds", "~=3.6", [">=3.6,<=3.x"]),
        ("bounds", "~=3.6.1", [">=3.6.1,<=3.6.x"]),
        ("bounds", "^0.3", ["0.3.x"]),
        ("bounds", "^1.2", [">=1.2,<=1.x"]),
        ("bounds", "~3.6", ["3.6.x"]),
        ("bounds", "2.7.*", ["2.7.x"]),
        ("bounds", "2.7", ["2.7"]),
        ("bounds", "1.0.2*", ["1.0.2"]),
        ("bounds", "~> 2.5.1", [">=2.5.1,<=2.5.x"]),
        ("bounds", "~> 0.9, < 0.15", [">=0.9,<0.15"]),
        ("bounds", "^2.7 || ^3.5", [">=2.7,<=2.x", ">=3.5,<=3.x"]),
        ("bounds", "==3.8.*", ["3.8.x"]),
        ("bounds", "*", ["any"]),
        ("bounds", "dev-master", []),
        ("composer", "~5.6", [">=5.6,<=5.x"]),
        ("composer", "7.*|8.*", ["7.x", "8.x"]),
        ("composer", "5.3 - 7.4", [">=5.3,<=7.4.x"]),
        ("composer", "^1.4@dev", [">=1.4,<=1.x"]),
        ("maven", "[1.7,)", [">=1.7"]),
        ("maven", "[1.0,2.0),[3.0,)", [">=1.0,<2.0", ">=3.0"]),
        ("maven", "4.+", ["4"]),
        ("maven", "3.12.0.Final", ["3.12.0"]),
        ("maven", "latest.release", []),
        ("nuget", "[1.2]", ["1.2"]),
        ("nuget", "19.1.*", ["19.1"]),
    ],
)
def test_constraints(grammar: str, text: str, expected: list[str]) -> None:
    assert [str(span) for span in ranges.GRAMMARS[grammar](text)] == expected


@pytest.mark.parametrize(
    ("tag", "version"),
    [
        ("5.5-apache", "7.38.0"),
        ("5.6-fpm", "7.52.1"),
        ("7.0", "7.52.1"),
        ("7.1-cli", "7.64.0"),
        ("7.3.20-fpm", "7.64.0"),
        ("7.4-apache", "7.74.0"),
        ("5.6-fpm-alpine", ""),
        ("5.6.3", ""),
        ("5.6-jessie", "7.38.0"),
        ("8.2", ""),
    ],
)
def test_images_of_php_that_name_no_release_have_the_libcurl_of_that_they_ended_on(tag: str, version: str) -> None:
    found = {claim.product: claim.says for claim in claimed({"Dockerfile": f"FROM php:{tag}\n"})}
    assert found.get("libcurl", "") == version
