// title:   산업별 기업 수요 | Company demand by industry
// asks:    어느 네트워크가 어느 산업에서 중장년을 찾는 기업을 몇 곳 찾았는가 | How many companies did each network find, survey or manage in each industry?
// param:   networks list<text> of Network = []  이 네트워크만 봅니다. 비우면 전부 | only these networks; empty means all
// param:   industries list<text> of Industry = []  이 산업(바로 아래 산업 포함)만 봅니다. 비우면 전부 | only these industries and those right below them; empty means all
// param:   measures list<text> in measure = []  무엇을 센 것만 볼지. 비우면 전부 | only these measures; empty means all
// param:   top integer 1..5000 = 500  최대 행 수 | the most rows
// returns: network_id text of Network "네트워크 식별자" "network id"
// returns: network_name text "네트워크" "network"
// returns: industry_id text of Industry "산업 식별자" "industry id"
// returns: industry_name text "산업" "industry"
// returns: industry_code text "표준산업분류" "KSIC code"
// returns: measure text in measure "무엇을 셌나" "measure"
// returns: year integer "연도" "year"
// returns: companies integer "기업 수" "companies"
// returns: demand_id text "수요 식별자" "demand id"
// returns: sources set<source> "출처" "sources"
// key:     demand_id
// draws:   network_id -[DEMANDS]-> industry_id
// evidence: told
// says:    산업별 기업 수가 {rows}건 적혀 있습니다. 가장 많은 곳은 {first.network_name}의 {first.industry_name}({first.companies}개 기업, {first.measure})입니다. | {rows:count/counts} of companies by industry are told; the largest is {first.industry_name} of {first.network_name} ({first.companies:company/companies}, {first.measure}).
// none:    조건에 맞는 기업 수요가 적혀 있지 않습니다. | No company demand is told for this.
// note:    무엇을 셌는지(발굴, 조사, 선정, 관리)가 다른 수는 서로 더하거나 견주지 마세요. | Counts of different measures (found, surveyed, selected, managed) must not be added or compared.
// note:    출처에 적히지 않은 수요도 있을 수 있습니다. 적혀 있지 않다는 것은 '없다'가 아니라 '모른다'입니다. | Demand the source does not mention may exist: not told means unknown, not absent.
MATCH (network:Network)-[demand:DEMANDS]->(industry:Industry)
WHERE (size($networks) = 0 OR network.id IN $networks)
  AND (size($industries) = 0 OR industry.id IN $industries OR industry.parent_id IN $industries)
  AND (size($measures) = 0 OR demand.measure IN $measures)
RETURN network.id AS network_id, network.name AS network_name, industry.id AS industry_id, industry.name AS industry_name,
       industry.code AS industry_code, demand.measure AS measure, demand.year AS year, demand.companies AS companies,
       demand.id AS demand_id, collect(DISTINCT demand.dataset_id + '#' + demand.locator) AS sources
ORDER BY coalesce(companies, -1) DESC, network_id, industry_id, measure, demand_id
LIMIT $top
