"""The words of a synthetic network: real provinces, sections and needs, and made-up names that say so."""

from __future__ import annotations

MARK = "합성"

PROVINCES = {
    "41": "경기",
    "11": "서울",
    "26": "부산",
    "48": "경남",
    "28": "인천",
    "27": "대구",
    "47": "경북",
    "44": "충남",
    "46": "전남",
    "52": "전북",
    "43": "충북",
    "51": "강원",
    "30": "대전",
    "29": "광주",
    "31": "울산",
    "50": "제주",
    "36": "세종",
}
"""Administrative code to name of the 17 provinces, most people first."""

PARTNER_KINDS = (
    "municipality",
    "training_provider",
    "polytechnic",
    "employers_federation",
    "welfare_center",
    "senior_employment_center",
    "chamber_of_commerce",
    "women_employment_center",
    "industry_association",
    "vocational_school",
    "small_business_agency",
    "foundation",
    "technopark",
    "women_resource_center",
    "hospital",
    "housing_support",
    "government",
    "rehabilitation_agency",
    "mutual_aid",
    "culture_center",
    "tourism_organization",
    "youth_center",
    "other",
)
"""Institution kinds, those that serve most cases first."""

OFFERS = {
    "municipality": ("income_support", "subsidy", "job_fair"),
    "training_provider": ("training",),
    "polytechnic": ("training",),
    "employers_federation": ("matching", "job_fair", "consulting"),
    "welfare_center": ("counselling", "income_support", "volunteering"),
    "senior_employment_center": ("matching", "counselling"),
    "chamber_of_commerce": ("job_fair", "consulting", "matching"),
    "women_employment_center": ("training", "matching"),
    "industry_association": ("work_experience", "job_fair"),
    "vocational_school": ("training",),
    "small_business_agency": ("consulting", "subsidy"),
    "foundation": ("mentoring", "work_experience"),
    "technopark": ("work_experience", "training"),
    "women_resource_center": ("training", "mentoring"),
    "hospital": ("psychological",),
    "housing_support": ("housing",),
    "government": ("subsidy", "policy"),
    "rehabilitation_agency": ("counselling", "psychological"),
    "mutual_aid": ("income_support", "mentoring"),
    "culture_center": ("volunteering", "event"),
    "tourism_organization": ("work_experience", "event"),
    "youth_center": ("mentoring", "counselling"),
    "other": ("other",),
}
"""Program kinds that institutions of a kind offer."""

CENTER_OFFERS = ("counselling", "matching", "job_fair")

STEP_OF_PROGRAM = {
    "matching": "job_matching",
    "job_fair": "event",
    "event": "event",
    "subsidy": "finance",
    "consulting": "other",
    "volunteering": "other",
    "policy": "other",
}
"""Program kind to the kind of a case's step, where the two differ."""

NEEDS = (
    "구직 정보 부족",
    "직무 능력 부족",
    "생계 곤란",
    "경력 단절",
    "자격증 없음",
    "자신감 저하",
    "건강 문제",
    "디지털 활용 어려움",
    "가족 돌봄 부담",
    "업종 전환",
    "우울·불안",
    "주거 불안",
    "이동의 어려움",
    "채무 부담",
    "창업·폐업 문제",
    "장애",
    "언어·문화 차이",
    "법적 문제",
    "사별",
    "면접 준비",
    "이력서 작성",
    "근무시간 제약",
    "희망 임금 차이",
    "나이 차별 경험",
)
"""What stands in the way of a job, the most frequent first."""

NEEDS_MET = {
    "training": (1, 4, 7, 9),
    "counselling": (0, 3, 5, 20),
    "work_experience": (1, 3, 9),
    "income_support": (2, 13),
    "job_fair": (0, 19),
    "subsidy": (2, 14, 22),
    "mentoring": (5, 9, 19),
    "consulting": (14, 21),
    "psychological": (10, 5, 18),
    "housing": (11,),
    "finance": (13, 2),
    "matching": (0, 19, 21),
    "volunteering": (5,),
    "event": (0, 3),
    "policy": (8, 15),
    "other": (6, 8),
}
"""Program kind to positions in NEEDS. Those in UNMET are left out: planted gaps."""

UNMET = tuple(sorted(set(range(len(NEEDS))) - {need for met in NEEDS_MET.values() for need in met}))

SECTIONS = {
    "C": "제조업",
    "G": "도매 및 소매업",
    "Q": "보건업 및 사회복지 서비스업",
    "F": "건설업",
    "I": "숙박 및 음식점업",
    "H": "운수 및 창고업",
    "N": "사업시설 관리·지원 및 임대 서비스업",
    "P": "교육 서비스업",
    "M": "전문, 과학 및 기술 서비스업",
    "S": "협회 및 단체, 수리 및 개인 서비스업",
    "J": "정보통신업",
    "O": "공공행정, 국방 및 사회보장 행정",
    "K": "금융 및 보험업",
    "L": "부동산업",
    "R": "예술, 스포츠 및 여가 서비스업",
    "E": "수도, 하수 및 폐기물 처리, 원료 재생업",
    "A": "농업, 임업 및 어업",
    "D": "전기, 가스, 증기 및 공기 조절 공급업",
    "B": "광업",
    "T": "가구 내 고용활동",
    "U": "국제 및 외국기관",
}
"""Sections of the Korean standard industrial classification, most workers first."""

OCCUPATION_GROUPS = (
    "경영·사무·금융·보험직",
    "설치·정비·생산직",
    "영업·판매·운전·운송직",
    "보건·의료직",
    "교육·법률·사회복지·경찰·소방직 및 군인",
    "미용·여행·숙박·음식·경비·청소직",
    "건설·채굴직",
    "연구직 및 공학 기술직",
    "예술·디자인·방송·스포츠직",
    "농림어업직",
)
"""Major groups of the Korean employment classification of occupations."""

CREDENTIAL_FIELDS = ("전기", "용접", "지게차", "요양보호", "조리", "소방", "조경", "회계", "컴퓨터 활용", "사회복지")
