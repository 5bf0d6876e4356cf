// title:   훈련이 없는 산업 | Industries without training
// asks:    기업이 사람을 찾는 산업 가운데 어디에, 그 지역에서 받을 수 있는 훈련이 적혀 있지 않은가 | For which industries in demand is no training told within the region?
// param:   industries list<text> of Industry = []  이 산업(바로 아래 산업 포함)만 봅니다. 비우면 전부 | only these industries and those right below them; empty means all
// param:   regions list<text> of Region = []  이 시·도만 봅니다. 비우면 전부 | only these provinces; empty means all
// param:   measure text in measure = found  기업 수를 셀 기준 | what the number of companies counts
// param:   states list<text> in training_state = []  훈련이 이 상태인 산업만 봅니다. 비우면 전부 | only industries in these states of training; empty means all
// param:   top integer 1..20000 = 500  최대 행 수 | the most rows
// returns: industry_id text of Industry "산업 식별자" "industry id"
// returns: industry_name text "산업" "industry"
// returns: region_id text of Region "시·도 식별자" "province id"
// returns: region_name text "시·도" "province"
// returns: state text in training_state "훈련 상태" "training"
// returns: companies integer "기업 수" "companies"
// returns: network_ids set<text> of Network "수요를 밝힌 네트워크" "networks that tell the demand"
// returns: hiring_companies integer "채용 중인 기업 수" "companies with openings"
// returns: openings integer "채용 자리 수" "openings"
// returns: programs integer "그 산업의 훈련" "programs for the industry"
// returns: related_programs integer "상위·하위 산업의 훈련" "programs for related industries"
// returns: occupation_programs integer "뽑는 직업의 훈련" "programs for its occupations"
// returns: elsewhere_programs integer "다른 지역의 훈련" "programs elsewhere"
// returns: program_ids set<text> of Program "프로그램 식별자" "program ids"
// returns: hired cases "취업한 사례 수" "cases hired into it"
// returns: sources set<source> "출처" "sources"
// returns: case_sources set<case_source> "사례의 출처" "sources of the cases"
// key:     industry_id, region_id
// draws:   network_ids -[DEMANDS]-> industry_id, program_ids -[TRAINS_FOR]-> industry_id
// evidence: observed
// says:    산업과 지역 {words.all}칸을 살폈습니다. 이 가운데 {words.none}칸은 훈련이 어디에도 적혀 있지 않고, {words.elsewhere}칸은 다른 지역에만 적혀 있습니다. 훈련이 적힌 칸은 {words.trained}칸입니다. | Looked at {words.all:industry and region/pairs of industry and region}: for {words.none} no training is told, for {words.elsewhere} only elsewhere; {words.trained} have a program of their own.
// none:    조건에 맞는 기업 수요나 취업 사례가 적혀 있지 않습니다. | No demand and no hire is told for this.
// note:    적힌 훈련이 없다는 것은 '없다'가 아니라 '모른다'입니다. 출처에 적히지 않은 과정이 있을 수 있습니다. | No program told means unknown, not absent: the source may not mention every program.
// note:    지역은 시·도로 모았습니다. 지역이 적히지 않은 과정은 어디서나 들을 수 있는 것으로, 끝났거나 아직 시작하지 않은 과정은 없는 것으로 셌습니다. | Regions are provinces. A program without a region counts everywhere; one that is closed or only planned does not count.
// note:    기업 수는 고른 기준으로 센 것만 보여 드립니다. 기준이 다른 수는 서로 더하지 않았습니다. | Companies are those of the chosen measure; counts of different measures are not added.

// part: regions by region_id
MATCH (region:Region)
RETURN region.id AS region_id, region.name AS region_name, region.parent_id AS parent_id, region.code AS code
ORDER BY region_id
LIMIT 100000

// part: industries by industry_id
MATCH (industry:Industry)
RETURN industry.id AS industry_id, industry.name AS industry_name, industry.parent_id AS parent_id
ORDER BY industry_id
LIMIT 100000

// part: demands by demand_id
MATCH (network:Network)-[demand:DEMANDS]->(industry:Industry)
OPTIONAL MATCH (leader:Center|Institution)-[leading:LEADS]->(network)
WHERE ($as_of = '' OR (coalesce(leading.valid_from, $as_of) <= $as_of AND coalesce(leading.valid_to, $as_of) >= $as_of))
RETURN demand.id AS demand_id, network.id AS network_id, industry.id AS industry_id, demand.measure AS measure, demand.companies AS companies,
       demand.dataset_id + '#' + demand.locator AS source, count(leading.id) AS leaders, collect(DISTINCT leader.region_id) AS region_ids
ORDER BY demand_id
LIMIT 1000000

// part: openings by industry_id, region_id
MATCH (company:Company)-[opening:HIRES_FOR]->(occupation:Occupation)
WHERE company.industry_id IS NOT NULL
RETURN company.industry_id AS industry_id, coalesce(company.region_id, '') AS region_id, count(DISTINCT company.id) AS companies,
       sum(coalesce(opening.openings, 0)) AS openings, count(opening.openings) AS told,
       min(opening.dataset_id + '#' + opening.locator) AS source
ORDER BY industry_id, region_id
LIMIT 1000000

// part: occupations by industry_id, occupation_id
MATCH (company:Company)-[opening:HIRES_FOR]->(occupation:Occupation)
WHERE company.industry_id IS NOT NULL
RETURN company.industry_id AS industry_id, occupation.id AS occupation_id, count(opening.id) AS openings
ORDER BY industry_id, occupation_id
LIMIT 1000000

// part: programs by program_id, target_id
MATCH (program:Program)-[training:TRAINS_FOR]->(target:Industry|Occupation)
WHERE ($as_of = '' OR (coalesce(program.valid_from, $as_of) <= $as_of AND coalesce(program.valid_to, $as_of) >= $as_of))
RETURN program.id AS program_id, target.id AS target_id, program.region_id AS region_id, program.status AS status,
       program.valid_from AS valid_from, program.valid_to AS valid_to, training.dataset_id + '#' + training.locator AS source
ORDER BY program_id, target_id
LIMIT 1000000

// part: hired by industry_id, region_id
MATCH (center:Center)-[:HANDLED]->(case_file:CaseFile)-[hiring:HIRED_INTO]->(industry:Industry)
RETURN industry.id AS industry_id, coalesce(center.region_id, '') AS region_id, count(DISTINCT case_file.id) AS cases,
       collect(DISTINCT CASE WHEN $published THEN hiring.dataset_id + '#' + hiring.locator ELSE null END) AS case_sources
ORDER BY industry_id, region_id
LIMIT 1000000

// part: case_sources by industry_id, region_id
MATCH (center:Center)-[:HANDLED]->(case_file:CaseFile)-[hiring:HIRED_INTO]->(industry:Industry)
WHERE $published
RETURN industry.id AS industry_id, coalesce(center.region_id, '') AS region_id,
       collect(DISTINCT hiring.dataset_id + '#' + hiring.locator) AS case_sources
ORDER BY industry_id, region_id
LIMIT 1000000
