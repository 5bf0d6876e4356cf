from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.schema import load_schema
from loaders.identifiers import HINT, identifier_in
from loaders.person_names import is_bare_name

MOEL = Path(__file__).parents[2] / "data" / "moel-2025"

IDENTIFYING = {
    "resident_number": [
        "800101-1234567", "8001011234567", "８００１０１－１２３４５６７", "번호는 800101 1234567임", "800101.5234567",
        "800101–1234567", "800101-1******", "19800101-1234567", "C8001011234567", "(000229-3000000)", "560431x 991231-8999999",
        "800101_2234567", "⑧00101-1234567", "case-800101-1234567",
    ],
    "phone_number": [
        "010-1234-5678", "01023456789", "010 1234 5678", "010.1234.5678", "+82-10-1234-5678", "+821012345678", "011-234-5678",
        "052-123-4567", "02)123-4567", "(02) 1234-5678", "070-1234-5678", "전화 0521234567", "０１０－１２３４－５６７８",
    ],
    "email_address": ["hong@example.com", "문의 hong.gd@mail.co.kr 로", "Hong＠example．com"],
    "account_number": [
        "110-123-456789", "계좌 123456-01-123456", "3333-01-1234567",
        "국민은행 12345601123456", "1234-5678-9012-3456", "1002-123-456789",
    ],
    "passport_number": ["M12345678", "여권번호 M01234567", "M123A4567", "passport no. PM1234567"],
    "driver_licence": ["11-12-123456-12", "서울 12-123456-12"],
    "person_name": [
        "홍길동 씨", "홍길동씨는 취업", "김○○", "김○○씨",
        "이**", "박OO 님", "김영희님이 참여", "홍길동 상담사", "성명: 김철수",
        "담당자 김철수", "김씨는", "김 모 씨", "홍*동",
        "홍○동", "Hong Gil-dong", "이영희 선생님의", "남궁민수 씨", "대표 : 박지성",
        "만 54세 여성 김○○ 씨에게는", "천◯◯ 씨", "최ＯＯ 님", "장관 김영훈", "Mr. Hong",
    ],
}  # fmt: skip

INSTITUTIONS_TEXT = """
울산고용센터 양산고용센터 울산중장년내일센터 노사발전재단 울산양산경영자총협회 부산경영자총협회 대구상공회의소
한국폴리텍대학 한국폴리텍Ⅶ대학 부평여성새로일하기센터 인천시 대구광역시 강남구청 남양주시 서귀포시 고성군
임실군청 전라남도 경상북도교육청 강원특별자치도 경기도일자리재단 서울시50플러스재단 신중년일자리센터
한국법무보호복지공단 건설근로자공제회 소상공인시장진흥공단 한국주택금융공사 신용회복위원회 서민금융진흥원
국민연금공단 근로복지공단 한국장애인고용공단 문화원 안동문화원 유치원 주민센터 이주민센터 고용주협회
공무원연금공단 한국조선해양플랜트협회 안전보건공단 오산상공회의소 정신건강복지센터 마음건강센터 한마음병원
남구여성인력개발센터 성동여성새로일하기센터 전주기전대학 진주보건대학교 주식회사 한화오션 ㈜○○기업
(주)OO산업 A기업 B사 현대중공업 지오영 농심 한미약품 하이닉스 유한양행 이마트 오리온 금호타이어
고려아연 성우하이텍 우신시스템 한국지엠 동국제강 세진중공업 선보공업 민원실 신영와코루 남이섬 정관장
조광페인트 강원랜드 노원구청 문경새재 방송국 공예원 김해고용센터 김포시 김천상공회의소 이천시 이화여자대학교
박물관 최고위과정 정보원 조선소 강릉시 조선업희망센터 임금피크제지원단 한살림 오뚜기 서희건설 신세계
권역외상센터
"""
INSTITUTIONS = INSTITUTIONS_TEXT.split()
TEXTS = """
직업상담사 2급 자격증 과정
재취업지원서비스 전문 상담사 양성
조선업 용접 전문가 과정
날씨 경영 과정
솜씨 좋은 요리사 과정
아가씨 의상실
글씨 쓰기 강사 과정
마음씨 고운 요양보호사
불씨 재단
고용주 대표 간담회
구직자 대표, 구인자 대표
신중년 상담사
주민 대표와 근로자 대표
지역 경제인 대표
공무원 과장급 간담회
문화원 원장 추천
담당: 취업지원팀
담당 컨설턴트
문의: 고용센터
대표 전화 1588-1234
국번 없이 1350
사업자등록번호 123-45-67890
2025-12-17
2024-01-01부터 2025-12-31까지
1,000~2,000명
L35; L146
10:00-18:00
2025.12.17
제12회 전국 일자리 박람회
고객님 만족 프로그램
선생님과 함께하는 진로 상담
어르신 일자리
부모님 돌봄
40~65세, 20명
전 직원 대상
KSIC 31111
60+ 일자리 지원금
참여자 전원이 수료
이 과정은 김장 체험을 포함
강사 양성 과정
팀장 역량 강화
기업 ○○곳
○○ 지역
* 별표
성과*
Good Job Center
""".strip().splitlines()
IDS_TEXT = """
case-0000000001 case-2025-12-000123 p1 c:ulsan-2025-000001 KR-31110 31110
C31 20251217 2025-000123 i-00000012 M00000012 a3f01023456789bc
9f86d081884c7d659a2feaa0c55ad015 550e8400-e29b-41d4-a716-446655440000
0110000001 100000000001 company-0009999999 case-ulsan-1 11-110-000012
"""
IDS = IDS_TEXT.split()


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in IDENTIFYING.items() for text in texts])
def test_a_direct_identifier_is_found(code: str, text: str) -> None:
    assert identifier_in(text) == code


@pytest.mark.parametrize("text", [text for texts in IDENTIFYING.values() for text in texts])
def test_the_quick_look_over_columns_misses_none(text: str) -> None:
    assert pl.Series([text]).str.contains(HINT).all()


@pytest.mark.parametrize("text", [*INSTITUTIONS, *TEXTS])
def test_names_of_institutions_companies_and_programs_are_no_persons(text: str) -> None:
    assert identifier_in(text) is None


@pytest.mark.parametrize("text", IDS)
def test_usual_ids_are_no_identifiers_of_persons(text: str) -> None:
    assert identifier_in(text, "code") is None
    assert identifier_in(text, "person_id") is None


@pytest.mark.parametrize("text", TEXTS)
def test_a_remark_of_ordinary_words_is_no_person(text: str) -> None:
    assert identifier_in(text, "remark") is None


def test_a_remark_that_is_a_list_of_names_is_found() -> None:
    assert is_bare_name("김철수, 이영희 / 박지성")
    assert not is_bare_name("김철수 외 두 기업")


def test_no_cell_of_the_press_release_dataset_is_refused() -> None:
    for path in sorted(MOEL.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                found = {column: identifier_in(cell, "remark") for column, cell in row.items() if cell and column != "name"}
                assert not any(found.values()), (path.name, found)
                assert identifier_in(row.get("name") or "") is None, path.name


def test_no_label_of_the_schema_reads_like_a_person() -> None:
    schema = load_schema()
    labels = [label for codes in schema.vocabularies.values() for label in codes.values()]
    labels += [column.label for table in schema.tables.values() for column in table.columns.values()]
    assert not [label for label in labels if identifier_in(label.ko) or identifier_in(label.en)]


days = st.dates(min_value=date(1930, 1, 1), max_value=date(2024, 12, 31))


@given(days, st.integers(1, 8), st.integers(0, 999_999), st.sampled_from(["", "-", " ", ".", "－", " - "]), st.booleans())
@settings(max_examples=200)
def test_every_resident_number_is_found_by_its_shape(day, century, serial, dash, wide) -> None:
    number = f"{day:%y%m%d}{dash}{century}{serial:06d}"
    if wide:
        number = number.translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)})
    for text in (number, f"등록 {number} 확인", f"({number})"):
        assert identifier_in(text) == "resident_number"
        assert pl.Series([text]).str.contains(HINT).all()


@given(st.integers(0, 9_999_999), st.sampled_from(["case-", "p", "person:", "기록-", "2025-"]), st.integers(1, 9))
@settings(max_examples=200)
def test_running_numbers_are_never_taken_for_a_person(number: int, prefix: str, width: int) -> None:
    assert identifier_in(f"{prefix}{number:0{width}d}", "person_id") is None
